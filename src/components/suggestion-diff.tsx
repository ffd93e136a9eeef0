import { withMarks } from "../lib/marks";

/** Lines and what is suggested in their place. `before` null: the lines are not known. */
export function SuggestionDiff({ before, after }: { before: string | null; after: string }) {
  const linesOf = (text: string) => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));
  const lines = [
    ...linesOf(before ?? "").map((text) => ({ sign: "-", text })),
    ...linesOf(after).map((text) => ({ sign: "+", text })),
  ] as const;
  return (
    <figure className="my-1 min-w-0 overflow-hidden rounded-outer border border-line">
      <figcaption className="border-b border-line bg-sunken px-2.5 py-1 text-meta text-muted">
        Suggested change
      </figcaption>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="Suggested change"
        className="max-h-60 overflow-auto bg-surface font-mono text-code outline-offset-[-2px]"
      >
        <div className="w-max min-w-full py-1">
          {lines.map(({ sign, text }, at) => (
            <div
              // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
              key={at}
              className={sign === "+" ? "flex min-h-5 bg-done/10 pr-4" : "flex min-h-5 bg-failed/10 pr-4"}
            >
              <span
                aria-hidden
                className={`w-[3ch] shrink-0 text-center select-none ${sign === "+" ? "text-done" : "text-failed"}`}
              >
                {sign}
              </span>
              <span className="whitespace-pre">
                <span className="sr-only">{sign === "+" ? "Added: " : "Removed: "}</span>
                {withMarks(text)}
              </span>
            </div>
          ))}
          {after === "" ? (
            <p className="px-2.5 font-sans text-meta text-faint">Leave the lines out.</p>
          ) : null}
        </div>
      </section>
    </figure>
  );
}
