/** How every package's library is built: ESM, CommonJS and types from `src/index.ts`. */
export const library = {
    entry: ['src/index.ts'],
    format: ['esm', 'cjs'],
    target: 'node20',
    sourcemap: true,
    // TypeScript 6 calls an option deprecated that the declaration bundler still sets.
    dts: { compilerOptions: { ignoreDeprecations: '6.0', composite: false, declarationMap: false, incremental: false } },
};
/** How a package's command is built: one executable ES module from `src/bin.ts`. */
export const binary = { entry: ['src/bin.ts'], format: ['esm'], target: 'node20', sourcemap: true };
