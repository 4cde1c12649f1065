import { fileURLToPath } from 'node:url';
import settings from './rollcall.config.ts';
import { ConfigError, deploymentWarnings, readConfig } from './schemas/config.ts';
import { synthesize } from './stacks/synthesize.ts';
import { builtPage } from './web/local/build-page.ts';

// cdktf sets CDKTF_OUTDIR. ROLLCALL_PACKAGE=false leaves out zips and page, which only a deployment needs.
const zip = process.env['ROLLCALL_PACKAGE'] !== 'false';
try {
  const config = readConfig(settings, process.env);
  await synthesize(config, {
    root: fileURLToPath(new URL('.', import.meta.url)).replace(/[\\/]$/, ''),
    outdir: process.env['CDKTF_OUTDIR'] ?? 'cdktf.out',
    zip,
    page: zip && config.dashboard ? await builtPage(console.error) : undefined,
  });
  if (zip) for (const warning of deploymentWarnings(config)) console.error(warning);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(`Nothing was synthesized, because of rollcall.config.ts or the environment:\n${error.message}`);
  process.exitCode = 1;
}
