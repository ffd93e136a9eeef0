const STEP_MS = 100;
const STEPS = 14;

const turning = new Set<SVGElement>();
let timer: ReturnType<typeof setInterval> | undefined;
let calm: MediaQueryList | undefined;

/**
 * As a `ref`: turns the icon while it is on the page, ten times a second; not under reduced motion. An animation of CSS has
 * the browser draw sixty times a second, which took a sixth of a processor on every page with something under way.
 */
export function turn(icon: SVGElement | null) {
  if (!icon) return;
  turning.add(icon);
  timer ??= setInterval(step, STEP_MS);
  return () => {
    turning.delete(icon);
    icon.style.removeProperty("rotate");
    if (turning.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function step(): void {
  calm ??= matchMedia("(prefers-reduced-motion: reduce)");
  if (calm.matches) return;
  const at = Math.floor(performance.now() / STEP_MS) % STEPS;
  for (const icon of turning) icon.style.rotate = `${(at * 360) / STEPS}deg`;
}
