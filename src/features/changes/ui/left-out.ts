// Stands for what the viewer of diffs could load and never does (next.config.mjs): grammars of 300 languages beside ours,
// other engines and other themes, each a file of the build.

export const bundledLanguages = {};
export default {};
