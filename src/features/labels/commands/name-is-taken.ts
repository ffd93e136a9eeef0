import { AppError } from "../../../lib/errors";

export const nameIsTaken = (name: string): AppError =>
  new AppError("CONFLICT", `The project has a label ${name} already. Choose another name.`, [
    { path: "name", message: "is another label's" },
  ]);
