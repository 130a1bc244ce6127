/** One script for what the first paint needs, asked for with the page. */
import { build, type Plugin, type PluginOption, type Rolldown } from 'vite';

/** What the page's first script loads; it stays a chunk of its own, which names what it is made of. */
const START = '/src/start.tsx';
const CHUNK = 'app';

/** The modules that come with {@link START}, and not already with the first script. */
function listModules(output: readonly (Rolldown.OutputChunk | Rolldown.OutputAsset)[]): Set<string> {
  const chunks = new Map(
    output.filter((file) => file.type === 'chunk').map((chunk) => [chunk.fileName, chunk]),
  );
  const collect = (fileName: string, found: Set<Rolldown.OutputChunk>) => {
    const chunk = chunks.get(fileName);
    if (chunk === undefined || found.has(chunk)) return found;
    found.add(chunk);
    for (const imported of chunk.imports) collect(imported, found);
    return found;
  };
  const startingWith = (isRoot: (chunk: Rolldown.OutputChunk) => boolean) => {
    const root = [...chunks.values()].find(isRoot);
    if (root === undefined) throw new Error(`the build has no chunk for ${START}`);
    return collect(root.fileName, new Set());
  };
  const first = startingWith((chunk) => chunk.isEntry);
  const start = startingWith((chunk) => chunk.facadeModuleId?.endsWith(START) ?? false);
  return new Set(
    [...start]
      .filter((chunk) => !first.has(chunk))
      .flatMap((chunk) => Object.keys(chunk.modules))
      .filter((id) => !id.endsWith(START)),
  );
}

/**
 * Bundlers split what several pages share by which pages share it: two dozen requests before the first paint. Built once
 * without writing, so that just those modules become one chunk; which they are is known only after what is unused has
 * gone. `plugins`: those that the sources need.
 */
export function firstPaintInOne(plugins: () => PluginOption[]): Plugin {
  let base = '/';
  return {
    name: 'isobath:first-paint-in-one',
    apply: 'build',
    async config(userConfig, { mode }) {
      const { output } = (await build({
        ...userConfig,
        configFile: false,
        mode,
        logLevel: 'error',
        plugins: plugins(),
        build: { ...userConfig.build, write: false },
      })) as Rolldown.RolldownOutput;
      const modules = listModules(output);
      const groups = [
        { name: CHUNK, test: (id: string) => modules.has(id), includeDependenciesRecursively: false },
      ];
      return { build: { rolldownOptions: { output: { codeSplitting: { groups } } } } };
    },
    configResolved(config) {
      base = config.base;
    },
    // The first script asks for them as well: by then they are on their way.
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((file) => file.type === 'chunk');
        const needed = chunks.filter(
          ({ name, facadeModuleId }) => name === CHUNK || facadeModuleId?.endsWith(START),
        );
        const styles = needed.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]);
        const link = (attributes: Readonly<Record<string, string>>, file: string) => ({
          tag: 'link',
          attrs: { ...attributes, crossorigin: true, href: base + file },
          injectTo: 'head' as const,
        });
        return [
          ...needed.map(({ fileName }) => link({ rel: 'modulepreload' }, fileName)),
          ...styles.map((file) => link({ rel: 'preload', as: 'style' }, file)),
        ];
      },
    },
  };
}
