interface Place {
  line: number;
  column: number;
}

/**
 * The place of an option in the call of `defineWorkflow` that begins at `call`. Gives `call` itself where the option is
 * not written there. Lines and columns count from 1.
 */
export function placeOfOption(source: string, { line, column }: Place, option: string): Place {
  const lines = source.split("\n");
  const key = new RegExp(`(?<![\\w$."'])["']?${option}["']?\\s*[:,(}]`);
  for (let index = line - 1; index < lines.length; index++) {
    const from = index === line - 1 ? column - 1 : 0;
    const found = key.exec((lines[index] ?? "").slice(from));
    if (found) return { line: index + 1, column: from + found.index + 1 };
  }
  return { line, column };
}
