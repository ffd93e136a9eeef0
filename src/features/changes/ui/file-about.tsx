"use client";

import { withMarks } from "../../../lib/marks";
import { aboutFile, isPicture } from "./change-words";
import type { WireFile } from "./wire";

/** What a file is besides its lines: pictures side by side, where it came from, what became of its mode. */
export function FileAbout({ file }: { file: WireFile }) {
  return (
    <div className="flex flex-col gap-3 bg-surface px-4 py-2.5 font-sans text-list text-muted">
      <p className="wrap-anywhere">
        {withMarks(aboutFile(file))}
        {file.is_binary ? <Downloads file={file} /> : null}
      </p>
      {isPicture(file) ? (
        <div className="flex flex-wrap gap-4">
          <Side word="Before" url={file.old_url} path={file.old_path ?? file.path} />
          <Side word="Now" url={file.new_url} path={file.path} />
        </div>
      ) : null}
    </div>
  );
}

function Side({ word, url, path }: { word: string; url: string | null; path: string }) {
  if (url === null) return null;
  return (
    <figure className="flex min-w-0 max-w-full flex-col gap-1">
      <figcaption className="text-meta text-muted">{word}</figcaption>
      {/* biome-ignore lint/performance/noImgElement: the picture is a file of the run's, which nobody may resize */}
      <img
        src={url}
        alt={withMarks(`${word}: ${path}`)}
        className="max-h-80 max-w-full rounded-inner border border-line bg-[repeating-conic-gradient(var(--pressed)_0_25%,transparent_0_50%)] bg-size-[16px_16px] object-contain"
      />
    </figure>
  );
}

function Downloads({ file: { old_url, new_url } }: { file: WireFile }) {
  const sides = [
    { word: "Download what it was", url: old_url },
    { word: "Download what it is", url: new_url },
  ].filter((side) => side.url !== null);
  return sides.map(({ word, url }) => (
    <a
      key={word}
      href={url ?? ""}
      download
      className="ml-2 text-accent-text underline-offset-2 hover:underline"
    >
      {word}
    </a>
  ));
}
