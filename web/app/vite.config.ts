import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const OTHER_LANGUAGE = /(?<=\/intl\/(?:\w+\/)?)(?!en-US)[a-z]{2}-[A-Z]{2}(?=\.mjs$)/;

/** React Aria brings what it says to screen readers in 34 languages, a fifth of the first page. The page is in English. */
const englishOnly: Plugin = {
  name: 'english-only',
  enforce: 'pre',
  resolveId(source, importer) {
    if (!OTHER_LANGUAGE.test(source)) return null;
    return this.resolve(source.replace(OTHER_LANGUAGE, 'en-US'), importer, { skipSelf: true });
  },
};

export default defineConfig({
  root: here('.'),
  plugins: [englishOnly],
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
