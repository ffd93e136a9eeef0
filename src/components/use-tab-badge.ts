"use client";

import { useEffect } from "react";

const MOST = 99;
const shown = (count: number) => (count > MOST ? `${MOST}+` : String(count));

/** Shows a number in the title and the icon of the browser's tab; none for 0. */
export function useTabBadge(count: number): void {
  useEffect(() => {
    const write = () => {
      const bare = document.title.replace(/^\(\d+\+?\) /, "");
      const title = count > 0 ? `(${shown(count)}) ${bare}` : bare;
      if (document.title !== title) document.title = title;
    };
    write();
    // The framework sets the title with each page.
    const observer = new MutationObserver(write);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => observer.disconnect();
  }, [count]);

  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (count === 0 || !icon) return;
    const plain = icon.href;
    let isOver = false;
    void fetch(plain)
      .then((answer) => answer.text())
      .then((svg) => {
        if (!isOver) icon.href = `data:image/svg+xml,${encodeURIComponent(withNumber(svg, count))}`;
      })
      .catch(() => {});
    return () => {
      isOver = true;
      icon.href = plain;
    };
  }, [count]);
}

/** The icon with the number on a dot in its corner. */
function withNumber(svg: string, count: number): string {
  const [left = 0, top = 0, width = 16, height = 16] =
    /viewBox="([-\d. ]+)"/.exec(svg)?.[1]?.split(" ").map(Number) ?? [];
  const radius = width * 0.33;
  const [x, y] = [left + width - radius, top + height - radius];
  const words = count > 9 ? "9+" : String(count);
  const badge = `<circle cx="${x}" cy="${y}" r="${radius}" fill="#c9372c"/>
    <text x="${x}" y="${y + radius * 0.42}" text-anchor="middle" font-family="sans-serif" font-weight="700" fill="#fff"
      font-size="${radius * (count > 9 ? 1.05 : 1.25)}">${words}</text>`;
  return svg.replace("</svg>", `${badge}</svg>`);
}
