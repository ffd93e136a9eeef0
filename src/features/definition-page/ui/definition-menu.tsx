"use client";

import { Ban, CirclePlay, Copy, Ellipsis, LayoutTemplate, TextCursorInput, Trash2 } from "lucide-react";
import { useState } from "react";
import { useCommands } from "../../../components/commands";
import { sayFault } from "../../../components/fault";
import { IconButton } from "../../../components/icon-button";
import { Menu, MenuItem, MenuSeparator } from "../../../components/menu";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import type { Definition } from "../../definitions/schema";
import { DeleteDefinition } from "../../definitions/ui/delete-definition";
import { useProject } from "../../projects/ui/project-provider";
import { DisableDialog } from "./disable-dialog";
import { DuplicateDialog, RenameDialog } from "./name-dialogs";

type Asking = "rename" | "duplicate" | "disable" | "delete" | null;

/** What maintainers do with a definition, as a menu and as commands. `writes`: its file is one that we can write. */
export function DefinitionMenu({ definition, writes }: { definition: Definition; writes: boolean }) {
  const [asking, setAsking] = useState<Asking>(null);
  const enable = useEnable(definition);
  const { name, disabled_at } = definition;
  const isDisabled = disabled_at !== null;
  const toggle = () => (isDisabled ? enable() : setAsking("disable"));
  const commandOf = (id: string, label: string, run: () => void) => ({
    id: `definition.${id}`,
    label: `${label} ${name}`,
    group: "This definition",
    run,
  });
  useCommands([
    { ...commandOf("rename", "Rename", () => setAsking("rename")), icon: TextCursorInput },
    ...(writes ? [{ ...commandOf("duplicate", "Duplicate", () => setAsking("duplicate")), icon: Copy }] : []),
    {
      ...commandOf("enable", isDisabled ? "Enable" : "Disable", toggle),
      icon: isDisabled ? CirclePlay : Ban,
    },
    { ...commandOf("delete", "Delete", () => setAsking("delete")), icon: Trash2 },
  ]);
  const close = () => setAsking(null);
  return (
    <>
      <Menu trigger={<IconButton label="More" icon={Ellipsis} bare />}>
        <MenuItem icon={TextCursorInput} onClick={() => setAsking("rename")}>
          Rename
        </MenuItem>
        {writes ? (
          <MenuItem icon={Copy} onClick={() => setAsking("duplicate")}>
            Duplicate
          </MenuItem>
        ) : null}
        {writes ? <OfferItem definition={definition} /> : null}
        <MenuItem icon={isDisabled ? CirclePlay : Ban} onClick={toggle}>
          {isDisabled ? "Enable" : "Disable"}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={Trash2} danger onClick={() => setAsking("delete")}>
          Delete definition
        </MenuItem>
      </Menu>
      {asking === "rename" ? <RenameDialog definition={definition} onClose={close} /> : null}
      {asking === "duplicate" ? <DuplicateDialog definition={definition} onClose={close} /> : null}
      <DisableDialog open={asking === "disable"} onClose={close} definition={definition} />
      <DeleteDefinition
        open={asking === "delete"}
        onOpenChange={(open) => open || close()}
        definition={definition}
      />
    </>
  );
}

/** Enables the definition again. */
export function useEnable({ id, name, slug }: Definition): () => void {
  const utils = trpc.useUtils();
  const { id: project_id } = useProject();
  const enable = trpc.definitions.setEnabled.useMutation({
    onSuccess: (saved) => {
      utils.definitions.getBySlug.setData({ project_id, slug }, saved);
      void utils.definitions.list.invalidate();
      void utils.triggers.invalidate();
      toast.done(`${name} can be started again`);
    },
    onError: (error) => toast.failed("The definition was not enabled", { description: sayFault(error) }),
  });
  return () => enable.mutate({ id, enabled: true });
}

/** Menu item that offers the definition as a template to other projects, or withdraws it. */
function OfferItem({ definition }: { definition: Definition }) {
  const utils = trpc.useUtils();
  const { id, name, is_template: offered } = definition;
  const offer = trpc.definitions.offer.useMutation({
    onSuccess: () => {
      void utils.definitions.invalidate();
      toast.done(offered ? `${name} is no template any more` : `${name} is offered as a template`);
    },
    onError: (error) => toast.failed("The template was not changed", { description: sayFault(error) }),
  });
  return (
    <MenuItem icon={LayoutTemplate} onClick={() => offer.mutate({ id, offered: !offered })}>
      {offered ? "Offer as a template no longer" : "Offer as a template"}
    </MenuItem>
  );
}
