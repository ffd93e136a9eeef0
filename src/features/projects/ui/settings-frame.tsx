"use client";

import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { type ReactNode, useEffect } from "react";
import { cx } from "../../../components/cx";
import { anchorOf } from "../../../lib/slug";
import { useProject } from "./project-provider";
import { SETTING_PAGES } from "./setting-pages";

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
      <div className="flex min-h-0 min-w-0 flex-1 flex-col overflow-y-auto">{children}</div>
    </div>
  );
}

/** On a phone the list is wider than the screen. */
const intoView = (link: HTMLElement | null) => link?.scrollIntoView({ block: "nearest", inline: "center" });

/** Leads from an address of when all sections stood on one page to the page that has the section. */
function useLeadOn(root: string, pathname: string): void {
  const router = useRouter();
  useEffect(() => {
    const anchor = location.hash.slice(1);
    const page = SETTING_PAGES.find(({ sections }) => sections.some((title) => anchorOf(title) === anchor));
    if (page && pathname === root && page.path !== "") router.replace(`${root}${page.path}#${anchor}`);
  }, [router, root, pathname]);
}
