"use client";

import { useId } from "react";
import { Button } from "../../../components/button";
import { CopyButton } from "../../../components/copy-button";
import { Dialog } from "../../../components/dialog";
import type { Fault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import type { CreatedToken } from "../schema";
import { type NewToken, NewTokenForm } from "./new-token-form";

/** What of a mutation that creates a token the dialog needs. */
interface Creation {
  data: CreatedToken | undefined;
  error: Fault | null;
  isPending: boolean;
}

/** Creates a token and shows it once. Render it only while it is open. */
export function CreateTokenDialog({
  forProject,
  creation,
  onCreate,
  onClose,
}: {
  /** Whether the person chooses for which projects it is. */
  forProject: boolean;
  creation: Creation;
  onCreate: (token: NewToken) => void;
  onClose: () => void;
}) {
  const form = useId();
  if (creation.data) {
    return (
      <Dialog
        open
        onOpenChange={(next) => next || onClose()}
        title={`${creation.data.name} is ready`}
        description="Copy the token now: it is shown this once and kept nowhere in plain text."
        footer={
          <Button variant="primary" onClick={onClose}>
            I have copied it
          </Button>
        }
      >
        <div className="flex flex-col items-start gap-3">
          <TextField
            label="Token"
            mono
            readOnly
            className="w-full"
            value={creation.data.token}
            onFocus={(event) => event.currentTarget.select()}
          />
          <CopyButton wide text={creation.data.token} label="Copy token" />
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onOpenChange={(next) => next || onClose()}
      title="New token"
      width="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={creation.isPending}>
            Create token
          </Button>
        </>
      }
    >
      <NewTokenForm id={form} forProject={forProject} fault={creation.error} onSubmit={onCreate} />
    </Dialog>
  );
}
