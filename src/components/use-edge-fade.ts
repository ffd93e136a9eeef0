"use client";

import { type CSSProperties, type RefObject, useEffect, useState } from "react";

const WIDTH = "28px";

/** Fades the ends of a row that scrolls sideways, as far as there is more of it. */
export function useEdgeFade(row: RefObject<HTMLElement | null>): CSSProperties | undefined {
  const [more, setMore] = useState({ left: false, right: false });
  useEffect(() => {
    const element = row.current;
    if (!element) return;
    const look = () => {
      const left = element.scrollLeft > 1;
      const right = element.scrollLeft + element.clientWidth < element.scrollWidth - 1;
      setMore((known) => (known.left === left && known.right === right ? known : { left, right }));
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [row]);
  if (!more.left && !more.right) return undefined;
  const [from, to] = [more.left ? WIDTH : "0px", more.right ? WIDTH : "0px"];
  return {
    maskImage: `linear-gradient(to right, transparent, #000 ${from}, #000 calc(100% - ${to}), transparent)`,
  };
}
