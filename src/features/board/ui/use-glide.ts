"use client";

import { type RefObject, useLayoutEffect, useRef } from "react";

/** Attribute of elements that glide; its value is the id of what they show. */
export const GLIDES = "data-glide";

const TIMING: KeyframeAnimationOptions = { duration: 150, easing: "cubic-bezier(0.2, 0.7, 0.3, 1)" };

/** With more moves than this at once, nothing glides. */
const MOVES_LIMIT = 40;

interface Place {
  box: DOMRect;
  column: Element | null;
}

const placeOf = (element: HTMLElement): Place => ({
  box: element.getBoundingClientRect(),
  column: element.closest("[data-list-column]"),
});

type Places = Map<string, Place>;

function placesIn(root: HTMLElement): Places {
  const places: Places = new Map();
  for (const element of root.querySelectorAll<HTMLElement>(`[${GLIDES}]`)) {
    const id = element.getAttribute(GLIDES);
    if (id) places.set(id, placeOf(element));
  }
  return places;
}

/** Columns clip their content, so a card that changes its column is animated as a copy above the page. */
function fly(element: HTMLElement, from: DOMRect, to: DOMRect): void {
  const copy = element.cloneNode(true) as HTMLElement;
  copy.removeAttribute(GLIDES);
  copy.setAttribute("aria-hidden", "true");
  copy.inert = true;
  Object.assign(copy.style, {
    position: "fixed",
    left: `${to.left}px`,
    top: `${to.top}px`,
    width: `${to.width}px`,
    height: `${to.height}px`,
    margin: "0",
    zIndex: "30",
    pointerEvents: "none",
  });
  document.body.append(copy);
  element.style.visibility = "hidden";
  const done = () => {
    copy.remove();
    element.style.visibility = "";
  };
  const motion = copy.animate(
    [{ transform: `translate(${from.left - to.left}px, ${from.top - to.top}px)` }, { transform: "none" }],
    TIMING,
  );
  motion.onfinish = done;
  motion.oncancel = done;
}

/** Takes a card that was dropped so far from its place back to it. */
export function springBack(card: Element, by: { x: number; y: number }): void {
  if (!(card instanceof HTMLElement) || window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const to = card.getBoundingClientRect();
  fly(card, new DOMRect(to.left + by.x, to.top + by.y, to.width, to.height), to);
}

/** A card that stays in its column goes sideways with it, as where a column beside it folds. */
function move(element: HTMLElement, from: Place | undefined, to: Place): void {
  if (!from) {
    element.animate([{ opacity: 0 }, { opacity: 1 }], TIMING);
    return;
  }
  const dy = from.box.top - to.box.top;
  if (from.column !== to.column) fly(element, from.box, to.box);
  else if (Math.abs(dy) > 2) {
    element.animate([{ transform: `translateY(${dy}px)` }, { transform: "none" }], TIMING);
  }
}

/**
 * Animates elements with `GLIDES` inside `root` to their new place when `arrangement` changes. A change of
 * `scene` (another grouping or filter) is not animated.
 */
export function useGlide(root: RefObject<HTMLElement | null>, arrangement: string, scene: string): void {
  const shown = useRef({ arrangement, scene });
  const before = useRef<Places | null>(null);
  // Measure the old places before the change is drawn, scroll positions included.
  if (root.current && shown.current.arrangement !== arrangement) before.current = placesIn(root.current);

  useLayoutEffect(() => {
    const places = before.current;
    const cut = shown.current.scene !== scene || shown.current.arrangement === "";
    before.current = null;
    shown.current = { arrangement, scene };
    if (!root.current || !places || cut || document.visibilityState === "hidden") return;
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const elements = [...root.current.querySelectorAll<HTMLElement>(`[${GLIDES}]`)];
    const fresh = elements.filter((element) => !places.has(element.getAttribute(GLIDES) ?? ""));
    if (fresh.length > MOVES_LIMIT) return;
    // All are measured before any is moved: what is written between would lay the page out anew for each.
    const measured = elements.map((element) => [element, placeOf(element)] as const);
    for (const [element, to] of measured) move(element, places.get(element.getAttribute(GLIDES) ?? ""), to);
  }, [root, arrangement, scene]);
}
