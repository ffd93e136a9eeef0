import { anchorOf } from "../../../lib/slug";
import type { Scope } from "../../../model/roles";

export interface SettingPage {
  /** Behind the address of the project's settings. */
  path: string;
  label: string;
  /** Headings of its sections. */
  sections: readonly string[];
  /** Only who has it finds the page in the list of pages. */
  scope?: Scope;
}

/** The pages of a project's settings, in the order of their list. */
export const SETTING_PAGES: readonly SettingPage[] = [
  { path: "", label: "General", sections: ["General", "Export", "Delete the project"] },
  { path: "/members", label: "Members", sections: ["Members", "Groups", "Machine account"] },
  { path: "/labels", label: "Labels", sections: ["Labels"] },
  { path: "/agents", label: "Agents", sections: ["Agents"] },
  { path: "/secrets", label: "Secrets", sections: ["Secrets"] },
  { path: "/git", label: "Git", sections: ["Git"], scope: "project:write" },
  { path: "/storage", label: "Storage", sections: ["Disk", "Storage", "Retention", "Quota"] },
  { path: "/audit", label: "Audit record", sections: ["Audit record"], scope: "audit:read" },
];

/** The path of the page with the section. */
export function settingPath(section: string): string {
  return SETTING_PAGES.find(({ sections }) => sections.includes(section))?.path ?? "";
}

/** The page and the full anchor of a section, by its anchor with or without what stands before its name in it. */
export function placeOfAnchor(anchor: string): { path: string; anchor: string } | undefined {
  for (const { path, sections } of SETTING_PAGES) {
    for (const section of sections) {
      const full = anchorOf(section);
      if (anchor === full || anchorOf(anchor) === full) return { path, anchor: full };
    }
  }
  return undefined;
}
