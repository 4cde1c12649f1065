import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  // The root of the repository has an older React, for the CDKTF command line.
  resolve: { dedupe: ['react', 'react-dom'] },
  build: {
    outDir: here('../../node_modules/.cache/rollcall-web'),
    emptyOutDir: true,
    target: 'es2024',
    // These know light-dark(), which an emulation would settle for the whole page.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The Content-Security-Policy allows no data: addresses.
    assetsInlineLimit: 0,
    rolldownOptions: {
      // Libraries say where React's server components end; here is no server.
      checks: { moduleLevelDirective: false },
    },
  },
});
