import { fileURLToPath } from 'node:url';
import settings from './rollcall.config.ts';
import { ConfigError, readConfig } from './schemas/config.ts';
import { synthesize } from './stacks/synthesize.ts';

// cdktf sets CDKTF_OUTDIR. ROLLCALL_PACKAGE=false leaves out the zips, which the laptop does not need.
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
