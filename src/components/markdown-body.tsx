"use client";

import Link from "next/link";
import { type ReactNode, useId, useMemo } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { withMarks } from "../lib/marks";
import { partsOfText } from "../lib/mention";
import { CodeBlock } from "./code-block";
import { cx } from "./cx";
import { languageOf } from "./highlight";
import { linkNumbers } from "./run-links";

const PLUGINS = [remarkGfm];

interface TextNode {
  type: string;
  value?: string;
  children?: TextNode[];
  data?: object;
}

/** Shows `<@id>` as the name of that person, in text alone: code stays as it is. */
function remarkMentions(nameOf: (id: string) => string | null) {
  const visit = (node: TextNode): void => {
    node.children = node.children?.flatMap((child) => {
      if (child.type !== "text" || child.value === undefined) {
        visit(child);
        return [child];
      }
      return partsOfText(child.value).map(({ text, id }) =>
        id === null
          ? { type: "text", value: text }
          : {
              type: "strong",
              data: { hName: "span", hProperties: { className: ["mention"] } },
              children: [{ type: "text", value: `@${withMarks(nameOf(id) ?? "somebody who left")}` }],
            },
      );
    });
  };
  return () => visit;
}

/** Headings in Markdown rank below the page's own headings, whatever their level. */
function Heading({ level, children }: { level: number; children?: ReactNode }) {
  return <h3 data-level={level}>{children}</h3>;
}

function Anchor({ href, children }: { href?: string; children?: ReactNode }) {
  // Footnote links stay within the text.
  if (href?.startsWith("#")) return <a href={href}>{children}</a>;
  // Only what a number leads to has an address of this site without its name.
  if (href?.startsWith("/p/")) return <Link href={href}>{children}</Link>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}

/** A block of code. `suggests`: how one is shown that suggests other lines; absent: as code. */
const blockWith =
  (suggests?: (after: string) => ReactNode): NonNullable<Components["pre"]> =>
  ({ node }) => {
    const code = node?.children[0];
    if (code?.type !== "element") return null;
    const names = code.properties.className;
    const fence = Array.isArray(names) ? names.find((name) => String(name).startsWith("language-")) : null;
    const text = code.children.map((child) => (child.type === "text" ? child.value : "")).join("");
    if (fence === "language-suggestion" && suggests) return suggests(text);
    const language = fence ? languageOf(String(fence).slice("language-".length)) : null;
    return <CodeBlock code={text.replace(/\n$/, "")} language={language} />;
  };

const COMPONENTS: Components = {
  h1: ({ children }) => <Heading level={1}>{children}</Heading>,
  h2: ({ children }) => <Heading level={2}>{children}</Heading>,
  h3: ({ children }) => <Heading level={3}>{children}</Heading>,
  h4: ({ children }) => <Heading level={4}>{children}</Heading>,
  h5: ({ children }) => <Heading level={4}>{children}</Heading>,
  h6: ({ children }) => <Heading level={4}>{children}</Heading>,
  a: ({ href, children }) => <Anchor href={href}>{children}</Anchor>,
  input: ({ checked }) => (
    <input type="checkbox" checked={checked} disabled readOnly aria-label={checked ? "Done" : "To do"} />
  ),
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section aria-label="Table" tabIndex={0} className="max-w-full overflow-x-auto">
      <table>{children}</table>
    </section>
  ),
};

export interface MarkdownProps {
  text: string;
  imageOf: (src: string) => string | null;
  /** Whom `<@id>` in the text names; absent: it is text as any other. */
  mentions?: readonly { id: string; name: string }[];
  /** The address to which `#12` leads; absent: it is text. */
  numberHref?: (number: number) => string;
  /** Shows what a block suggests in place of the lines that the text is about; absent: as code. */
  suggests?: (after: string) => ReactNode;
  className?: string;
}

export function MarkdownBody({ text, imageOf, mentions, numberHref, suggests, className }: MarkdownProps) {
  const prefix = `${useId()}-`;
  const components = useMemo<Components>(
    () => ({
      ...COMPONENTS,
      pre: blockWith(suggests),
      img: ({ src, alt }) => {
        const source = typeof src === "string" ? src : "";
        const own = imageOf(source);
        // biome-ignore lint/performance/noImgElement: the image is a file of the run, as it is
        if (own) return <img src={own} alt={withMarks(alt ?? "")} loading="lazy" />;
        return source === "" ? alt : <Anchor href={source}>{alt || source}</Anchor>;
      },
    }),
    [imageOf, suggests],
  );
  const plugins = useMemo(() => {
    const nameOf = (id: string) => mentions?.find((person) => person.id === id)?.name ?? null;
    return [
      ...PLUGINS,
      ...(mentions ? [remarkMentions(nameOf)] : []),
      ...(numberHref ? [linkNumbers(numberHref)] : []),
    ];
  }, [mentions, numberHref]);
  return (
    <div className={cx("markdown", className)}>
      <ReactMarkdown
        remarkPlugins={plugins}
        remarkRehypeOptions={{ clobberPrefix: prefix }}
        components={components}
      >
        {withMarks(text)}
      </ReactMarkdown>
    </div>
  );
}
