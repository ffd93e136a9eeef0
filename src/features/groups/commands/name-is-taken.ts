import { AppError } from "../../../lib/errors";

export const nameIsTaken = (name: string): AppError =>
  new AppError("CONFLICT", `There is a group ${name} already. Choose another name.`, [
    { path: "name", message: "is another group's" },
  ]);
