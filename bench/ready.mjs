// Loads a bundle as Lambda's runtime does and prints, since the process began: ms, ms of processor time, MB.
import { argv, cpuUsage, memoryUsage, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';

const { handler } = await import(pathToFileURL(argv[2]).href);
const ready = performance.now();
if (typeof handler !== 'function') throw new Error(`${argv[2]} exports no handler.`);
const { user, system } = cpuUsage();
stdout.write(JSON.stringify({ ready, cpu: (user + system) / 1000, megabytes: memoryUsage.rss() / 1e6 }));
