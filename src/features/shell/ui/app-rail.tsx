"use client";

import {
  CircleUser,
  FolderKanban,
  Inbox,
  KanbanSquare,
  Keyboard,
  LogOut,
  Monitor,
  Moon,
  Plus,
  ShieldCheck,
  Sun,
} from "lucide-react";
import dynamic from "next/dynamic";
import { usePathname, useRouter } from "next/navigation";
import { useState } from "react";
import { Avatar } from "../../../components/avatar";
import { useCommandDialogs, useCommands } from "../../../components/commands";
import { Rail } from "../../../components/frame/rail";
import { Menu, MenuGroup, MenuItem, MenuLink, MenuSeparator } from "../../../components/menu";
import { useTheme } from "../../../components/theme-provider";
import { useTabBadge } from "../../../components/use-tab-badge";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import { UndoDecision } from "../../in-run/ui/undo-decision";
import { useNotifications } from "../../inbox/ui/notifications";
import { useInbox } from "../../inbox/ui/use-inbox";
import { useReadRun } from "../../inbox/ui/use-read-run";
import { LiveStatus } from "../../live/ui/live-status";
import { starredFirst } from "../../projects/ui/starred-first";

const CreateProjectDialog = dynamic(() =>
  import("../../projects/ui/create-project-dialog").then((part) => part.CreateProjectDialog),
);

const OTHERS_MS = 15_000;
const INBOX_MS = 30_000;

const leave = async () => {
  const { signOut } = await import("next-auth/react");
  await signOut({ callbackUrl: "/signin" });
};

interface RailPerson {
  name: string;
  email: string;
  is_admin: boolean;
}

/** The navigation rail: the person's projects and the actions available on every page. */
export function AppRail({ folded, person }: { folded: boolean; person: RailPerson }) {
  const pathname = usePathname();
  // Live events come only for the open project; the activity dots of other projects are polled.
  const projects = trpc.projects.list.useQuery(undefined, { refetchInterval: OTHERS_MS });
  const inbox = useInbox(INBOX_MS);
  const count = inbox.data?.pages[0]?.count ?? 0;
  useTabBadge(count);
  useNotifications(inbox.data?.pages[0]?.items);
  useReadRun(pathname, inbox.data?.pages[0]?.items);
  const [creating, setCreating] = useState(false);
  const may = trpc.projects.mayCreate.useQuery().data?.allowed ?? false;
  const create = may ? () => setCreating(true) : undefined;
  const items = starredFirst(projects.data?.items ?? []).map((project) => ({
    key: project.id,
    label: project.name,
    href: `/p/${project.slug}`,
    active: pathname === `/p/${project.slug}` || pathname.startsWith(`/p/${project.slug}/`),
    busy:
      project.active_runs > 0
        ? `${project.active_runs} ${project.active_runs === 1 ? "run" : "runs"} under way`
        : undefined,
  }));
  useAppCommands(items, person.is_admin, create);

  return (
    <>
      <Rail
        folded={folded}
        items={items}
        loading={projects.isPending}
        inbox={{
          href: "/inbox",
          active: pathname === "/inbox",
          count,
        }}
        home={{ href: "/projects", active: pathname === "/projects" }}
        newItem={create && { label: "New project", onClick: create }}
        account={(narrow) => <AccountMenu person={person} narrow={narrow} />}
      />
      <UndoDecision />
      {pathname.startsWith("/p/") ? null : <LiveStatus projectId={null} />}
      {creating ? <CreateProjectDialog onClose={() => setCreating(false)} /> : null}
    </>
  );
}

function useAppCommands(
  projects: { key: string; label: string; href: string }[],
  isAdmin: boolean,
  create?: () => void,
) {
  const router = useRouter();
  const { setTheme } = useTheme();
  const go = (href: string) => () => router.push(href);
  useCommands([
    {
      id: "go.inbox",
      label: "Go to your inbox",
      group: "Everywhere",
      icon: Inbox,
      keywords: "approvals waiting",
      shortcut: "g i",
      run: go("/inbox"),
    },
    {
      id: "go.projects",
      label: "Go to all projects",
      group: "Everywhere",
      icon: FolderKanban,
      shortcut: "g p",
      run: go("/projects"),
    },
    {
      id: "go.board",
      label: "Go to the board of all projects",
      group: "Everywhere",
      icon: KanbanSquare,
      shortcut: "g a",
      run: go("/board"),
    },
    {
      id: "go.account",
      label: "Go to your account",
      group: "Everywhere",
      icon: CircleUser,
      keywords: "tokens password profile",
      run: go("/account"),
    },
    ...(isAdmin
      ? [
          {
            id: "go.admin",
            label: "Go to the administration",
            group: "Everywhere",
            icon: ShieldCheck,
            keywords: "people users groups invite",
            run: go("/admin"),
          },
        ]
      : []),
    ...(create
      ? [{ id: "project.new", label: "New project", group: "Everywhere", icon: Plus, run: create }]
      : []),
    { id: "theme.light", label: "Light theme", group: "Everywhere", icon: Sun, run: () => setTheme("light") },
    { id: "theme.dark", label: "Dark theme", group: "Everywhere", icon: Moon, run: () => setTheme("dark") },
    {
      id: "theme.system",
      label: "Theme as the system",
      group: "Everywhere",
      icon: Monitor,
      run: () => setTheme("system"),
    },
    { id: "session.leave", label: "Sign out", group: "Everywhere", icon: LogOut, run: () => void leave() },
    ...projects.map((project) => ({
      id: `go.${project.key}`,
      label: `Open ${project.label}`,
      group: "Projects",
      icon: FolderKanban,
      run: go(project.href),
    })),
  ]);
}

function AccountMenu({ person, narrow }: { person: RailPerson; narrow: boolean }) {
  const { openShortcuts } = useCommandDialogs();
  return (
    <Menu
      side="top"
      align="start"
      trigger={
        <button
          type="button"
          aria-label={withMarks(`Account of ${person.name}`)}
          className="h-control flex w-full min-w-0 items-center justify-center gap-2 rounded-outer px-1.5 text-list text-muted transition-colors hover:bg-hover hover:text-text data-popup-open:bg-hover"
        >
          <Avatar name={person.name} decorative />
          {narrow ? null : (
            <span className="min-w-0 flex-1 truncate text-left">{withMarks(person.name)}</span>
          )}
        </button>
      }
    >
      <MenuGroup label={person.email}>
        <MenuLink href="/account" icon={CircleUser}>
          Account
        </MenuLink>
        {person.is_admin ? (
          <MenuLink href="/admin" icon={ShieldCheck}>
            Administration
          </MenuLink>
        ) : null}
        <MenuItem icon={Keyboard} shortcut="?" onClick={openShortcuts}>
          List of keys
        </MenuItem>
      </MenuGroup>
      <MenuSeparator />
      <MenuItem icon={LogOut} onClick={() => void leave()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
