import { TextField } from "./field";

/** The name of what a form makes or changes. */
export function NameField({
  value,
  onChange,
  error,
  hint,
}: {
  value: string;
  onChange: (name: string) => void;
  error: string | null;
  hint?: string;
}) {
  return (
    <TextField
      label="Name"
      name="name"
      required
      maxLength={100}
      autoComplete="off"
      hint={hint}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
    />
  );
}
