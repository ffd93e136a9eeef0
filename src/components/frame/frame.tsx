import type { ReactNode } from "react";
import { SlotProvider } from "./slots";

/**
 * The navigation rail beside the page, or a bar below it on a phone. The page scrolls, the frame never does.
 */
export function Frame({
  rail,
  banner,
  children,
}: {
  rail: ReactNode;
  /** What is said above every page. */
  banner?: ReactNode;
  children: ReactNode;
}) {
  return (
    <SlotProvider>
      <a
        href="#content"
        className="floats fixed top-2 left-2 z-50 -translate-y-24 px-3 py-1.5 text-list font-medium focus-visible:translate-y-0"
      >
        Skip to the content
      </a>
      <div className="flex h-dvh flex-col-reverse overflow-hidden md:flex-row">
        {rail}
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          {banner}
          {children}
        </div>
      </div>
    </SlotProvider>
  );
}

/** The page below the top bar. */
export function FrameContent({ children }: { children: ReactNode }) {
  return (
    <main id="content" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col overflow-y-auto">
      {children}
    </main>
  );
}
