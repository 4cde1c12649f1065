import { fileURLToPath } from 'node:url';
import settings from './rollcall.config.ts';
import { ConfigError, readConfig } from './schemas/config.ts';
import { synthesize } from './stacks/synthesize.ts';

// cdktf says in CDKTF_OUTDIR where it will look. ROLLCALL_PACKAGE=false leaves out the zips: the laptop needs none.
try {
  await synthesize(readConfig(settings, process.env), {
    root: fileURLToPath(new URL('.', import.meta.url)).replace(/[\\/]$/, ''),
    outdir: process.env['CDKTF_OUTDIR'] ?? 'cdktf.out',
    zip: process.env['ROLLCALL_PACKAGE'] !== 'false',
  });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(`Nothing was synthesized, because of rollcall.config.ts or the environment:\n${error.message}`);
  process.exitCode = 1;
}
