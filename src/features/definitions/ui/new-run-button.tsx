"use client";

import { Plus } from "lucide-react";
import dynamic from "next/dynamic";
import { usePathname } from "next/navigation";
import { useState } from "react";
import { Button } from "../../../components/button";
import { useCommands } from "../../../components/commands";
import { useEver } from "../../../components/use-ever";
import { useProject } from "../../projects/ui/project-provider";

const StartRunDialog = dynamic(() => import("./start-run-dialog").then((part) => part.StartRunDialog));

/** The project's primary button, also on key N. Hidden from people who may not start runs. */
export function NewRunButton() {
  const project = useProject();
  return project.may("run:write") ? <AllowedButton /> : null;
}

function AllowedButton() {
  const project = useProject();
  const pathname = usePathname();
  const [open, setOpen] = useState(false);
  const withDialog = useEver(open);
  // These pages have their own primary action.
  const elsewhere = /^\/p\/[^/]+\/(definitions|settings)/.test(pathname);
  useCommands([
    {
      id: "run.new",
      label: "New run",
      group: project.name,
      icon: Plus,
      shortcut: "n",
      keywords: "start workflow",
      run: () => setOpen(true),
    },
  ]);
  return (
    <>
      <Button variant={elsewhere ? "secondary" : "primary"} icon={Plus} onClick={() => setOpen(true)}>
        New run
      </Button>
      {withDialog ? (
        <StartRunDialog
          open={open}
          onOpenChange={setOpen}
          projectId={project.id}
          projectSlug={project.slug}
        />
      ) : null}
    </>
  );
}
