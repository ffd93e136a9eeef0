"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { FolderKanban, ListTree, Settings, UserRound } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import type { Command } from "../../../components/command";
import { useCommands, usePaletteQuery } from "../../../components/commands";
import { anchorOf } from "../../../lib/slug";
import { trpc } from "../../../trpc/react";
import { settingPath } from "../../projects/ui/setting-pages";
import { foundRun } from "./found-run";
import { ACCOUNT_SETTINGS, ADMIN_SETTINGS, PROJECT_SETTINGS } from "./setting-places";

/** Milliseconds of pause in typing after which the server is asked. */
const TYPING_MS = 120;

/** Adds to the palette what is found on the server by what was typed, and the settings. Renders nothing. */
export function Found({ isAdmin }: { isAdmin: boolean }) {
  const router = useRouter();
  const slug = /^\/p\/([^/]+)/.exec(usePathname())?.[1];
  const typed = usePaletteQuery().slice(0, 200);
  const [q, setQ] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const projects = trpc.projects.list.useQuery(undefined, { enabled: typed !== "" });
  const here = projects.data?.items.find((project) => project.slug === slug);
  const { data, isPlaceholderData } = trpc.search.find.useQuery(
    { q, ...(here ? { project_id: here.id } : {}) },
    { enabled: typed !== "" && q !== "", placeholderData: keepPreviousData },
  );
  // An answer to what was typed before counts for what the palette finds in its words.
  const words = q === typed && !isPlaceholderData ? typed : "";
  const go = (href: string) => () => router.push(href);
  const of = (id: string, label: string, group: string, icon: Command["icon"], href: string): Command => ({
    id: `found.${id}`,
    label,
    group,
    icon,
    keywords: words,
    run: go(href),
  });
  const found = typed === "" || q === "" ? undefined : data;
  useCommands([
    ...settingCommands(slug, here?.name, isAdmin, go),
    ...(found?.people ?? []).map((person) =>
      of(
        person.user_id,
        `Runs of ${person.name}`,
        "People",
        UserRound,
        `/p/${person.project_slug}/runs?person=${person.user_id}`,
      ),
    ),
    ...(found?.projects ?? []).map((project) =>
      of(project.id, project.name, "Projects", FolderKanban, `/p/${project.slug}`),
    ),
    ...(found?.definitions ?? []).map((item) =>
      of(
        item.id,
        item.project_slug === slug ? item.name : `${item.name} · ${item.project_name}`,
        "Definitions",
        ListTree,
        `/p/${item.project_slug}/definitions/${item.slug}`,
      ),
    ),
    ...(found?.runs ?? []).map((run) =>
      foundRun(
        run,
        words,
        go(`/p/${run.project_slug}/runs/${run.id}`),
        run.project_slug === slug ? undefined : run.project_name,
      ),
    ),
  ]);
  return null;
}

function settingCommands(
  slug: string | undefined,
  project: string | undefined,
  isAdmin: boolean,
  go: (href: string) => () => void,
): Command[] {
  const of = (group: string, title: string, words: string | undefined, href: string): Command => ({
    id: `setting.${href}`,
    label: `${title} settings`,
    group,
    icon: Settings,
    keywords: words,
    onlyFound: true,
    run: go(href),
  });
  const ofProject = slug === undefined ? [] : PROJECT_SETTINGS;
  return [
    ...(isAdmin ? ADMIN_SETTINGS : []).map(({ title, words, path }) =>
      of("Settings of the installation", title, words, path),
    ),
    ...ACCOUNT_SETTINGS.map(({ title, words }) =>
      of("Settings of your account", title, words, `/account#${anchorOf(title)}`),
    ),
    ...ofProject.map(({ title, words }) =>
      of(
        `Settings of ${project ?? "the project"}`,
        title,
        words,
        `/p/${slug}/settings${settingPath(title)}#${anchorOf(title)}`,
      ),
    ),
  ];
}
