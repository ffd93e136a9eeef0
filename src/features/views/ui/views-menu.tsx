"use client";

import { Bookmark, Check, Plus, Save, Trash2, UsersRound } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { Button } from "../../../components/button";
import { useCommands } from "../../../components/commands";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { faultOf } from "../../../components/fault";
import { CheckboxField, TextField } from "../../../components/field";
import { FormDialog } from "../../../components/form-dialog";
import { Menu, MenuGroup, MenuItem, MenuSeparator } from "../../../components/menu";
import { toast } from "../../../components/toast";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import type { RunView } from "../schema";

/** The table's filters, order and columns as the address has them, in one order. */
function ownQuery(params: URLSearchParams): string {
  const sorted = new URLSearchParams(params);
  sorted.sort();
  return sorted.toString();
}

/** Saved views of the runs table, whose address is the view. */
export function ViewsMenu() {
  const { id: project_id, may } = useProject();
  const query = ownQuery(useSearchParams());
  const views = trpc.views.list.useQuery({ project_id });
  const me = trpc.users.me.useQuery();
  const [asking, setAsking] = useState<"save" | "delete" | null>(null);
  const items = views.data?.items ?? [];
  const open = items.find((view) => ownQuery(new URLSearchParams(view.query)) === query);
  const go = (view: RunView) =>
    window.history.pushState(
      null,
      "",
      `${window.location.pathname}${view.query === "" ? "" : `?${view.query}`}`,
    );
  const mayDelete = open && (open.created_by === me.data?.id || may("project:write"));
  useCommands([
    ...items.map((view) => ({
      id: `view.${view.id}`,
      label: `View: ${withMarks(view.name)}`,
      group: "Views",
      icon: Bookmark,
      run: () => go(view),
    })),
    {
      id: "view.save",
      label: "Save this view",
      group: "Views",
      icon: Save,
      shortcut: "shift+s",
      run: () => setAsking("save"),
    },
  ]);
  const group = (label: string, shared: boolean) => {
    const own = items.filter((view) => view.shared === shared);
    if (own.length === 0) return null;
    return (
      <MenuGroup label={label}>
        {own.map((view) => (
          <MenuItem key={view.id} icon={view.id === open?.id ? Check : Bookmark} onClick={() => go(view)}>
            {withMarks(view.name)}
          </MenuItem>
        ))}
      </MenuGroup>
    );
  };
  return (
    <>
      <Menu
        align="start"
        trigger={
          <Button variant="ghost" icon={Bookmark}>
            <span className="max-w-40 truncate">{open ? withMarks(open.name) : "Views"}</span>
          </Button>
        }
      >
        {group("Yours", false)}
        {group("Everybody's", true)}
        {items.length > 0 ? <MenuSeparator /> : null}
        <MenuItem icon={Plus} shortcut="shift+s" onClick={() => setAsking("save")}>
          Save this view…
        </MenuItem>
        {mayDelete ? (
          <MenuItem icon={Trash2} danger onClick={() => setAsking("delete")}>
            Delete {withMarks(open.name)}…
          </MenuItem>
        ) : null}
      </Menu>
      {asking === "save" ? <SaveView query={query} onClose={() => setAsking(null)} /> : null}
      {asking === "delete" && open ? <DeleteView view={open} onClose={() => setAsking(null)} /> : null}
    </>
  );
}

function SaveView({ query, onClose }: { query: string; onClose: () => void }) {
  const { id: project_id, may } = useProject();
  const utils = trpc.useUtils();
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const create = trpc.views.create.useMutation({
    onSuccess: (view) => {
      toast.done(`${withMarks(view.name)} is saved`, {
        description: "Its address leads there; it stands under Views and in the palette.",
      });
      onClose();
    },
    onSettled: () => void utils.views.list.invalidate({ project_id }),
  });
  return (
    <FormDialog
      title="Save this view"
      description="Its filters, order and columns, as they are now."
      submitLabel="Save the view"
      sending={create}
      paths={["name"]}
      onSubmit={() => create.mutate({ project_id, name, query, shared })}
      onClose={onClose}
    >
      <TextField
        label="Name"
        name="name"
        required
        maxLength={80}
        value={name}
        error={faultOf(create.error, "name")}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {may("run:write") ? (
        <CheckboxField label="For everybody in the project" checked={shared} onCheckedChange={setShared} />
      ) : (
        <p className="flex items-center gap-1.5 text-meta text-muted">
          <UsersRound aria-hidden size={12} /> Members can share views; yours is for you alone.
        </p>
      )}
    </FormDialog>
  );
}

function DeleteView({ view, onClose }: { view: RunView; onClose: () => void }) {
  const utils = trpc.useUtils();
  const remove = trpc.views.delete.useMutation({ onSettled: () => utils.views.list.invalidate() });
  return (
    <ConfirmDialog
      open
      onOpenChange={(next) => next || onClose()}
      title={`Delete the view ${withMarks(view.name)}?`}
      description={
        view.shared
          ? "Nobody in the project has it any more. The runs stay."
          : "The runs stay; addresses that hold its filters work on."
      }
      confirmLabel="Delete the view"
      onConfirm={() => remove.mutateAsync({ id: view.id })}
    />
  );
}
