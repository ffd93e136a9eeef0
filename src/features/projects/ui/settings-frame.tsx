"use client";

import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { type ReactNode, useEffect } from "react";
import { cx } from "../../../components/cx";
import { useProject } from "./project-provider";
import { placeOfAnchor, SETTING_PAGES } from "./setting-pages";

/** The pages of the project's settings beside the one that is open; above it on a phone. */
export function SettingsFrame({ children }: { children: ReactNode }) {
  const { slug, may } = useProject();
  const root = `/p/${slug}/settings`;
  const pathname = usePathname();
  useLeadOn(root, pathname);
  return (
    <div className="flex min-h-0 flex-1 flex-col md:flex-row">
      <nav
        aria-label="Settings"
        className="flex shrink-0 gap-0.5 overflow-x-auto border-b border-line px-2 py-1.5 md:w-48 md:flex-col md:overflow-y-auto md:border-r md:border-b-0 md:px-2 md:py-4"
      >
        {SETTING_PAGES.filter(({ scope }) => !scope || may(scope)).map(({ path, label }) => {
          const active = pathname === root + path;
          return (
            <Link
              key={path}
              href={root + path}
              ref={active ? intoView : undefined}
              aria-current={active ? "page" : undefined}
              className={cx(
                "flex min-h-7 shrink-0 items-center rounded-inner px-2 text-list outline-offset-[-2px] transition-colors pointer-coarse:min-h-9",
                active ? "bg-pressed text-text" : "text-muted hover:bg-hover hover:text-text",
              )}
            >
              {label}
            </Link>
          );
        })}
      </nav>
      <div id="settings-content" className="flex min-h-0 min-w-0 flex-1 flex-col overflow-y-auto">
        {children}
      </div>
    </div>
  );
}

/** On a phone the list is wider than the screen. */
const intoView = (link: HTMLElement | null) => link?.scrollIntoView({ block: "nearest", inline: "center" });

/**
 * Leads from an address of when all sections stood on one page to the page that has the section, and to the section from
 * one that people write by hand: `settings#members`.
 */
function useLeadOn(root: string, pathname: string): void {
  const router = useRouter();
  useEffect(() => {
    let stay = () => {};
    const lead = () => {
      const anchor = location.hash.slice(1);
      const place = placeOfAnchor(anchor);
      if (!place) return;
      if (pathname !== root + place.path) {
        if (pathname === root) router.replace(`${root}${place.path}#${place.anchor}`);
      } else if (anchor !== place.anchor) location.replace(`#${place.anchor}`);
      else {
        stay();
        stay = stayAt(place.anchor);
      }
    };
    lead();
    window.addEventListener("hashchange", lead);
    return () => {
      stay();
      window.removeEventListener("hashchange", lead);
    };
  }, [router, root, pathname]);
}

/** Until when what comes later may still move the section. */
const COMING_MS = 3_000;
const INPUTS = ["wheel", "pointerdown", "keydown", "touchmove"] as const;

/** Keeps a section in sight while what stands above it comes, until somebody does something. Returns how to stop. */
function stayAt(anchor: string): () => void {
  const content = document.getElementById("settings-content");
  if (!content) return () => {};
  const show = () => document.getElementById(anchor)?.scrollIntoView();
  const sizes = new ResizeObserver(show);
  for (const part of content.children) sizes.observe(part);
  const stop = () => {
    sizes.disconnect();
    clearTimeout(timer);
    for (const input of INPUTS) removeEventListener(input, stop);
  };
  const timer = setTimeout(stop, COMING_MS);
  for (const input of INPUTS) addEventListener(input, stop, { passive: true });
  return stop;
}
