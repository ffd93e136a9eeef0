import { handleAuth } from "../../../../api/auth";
import { route } from "../../../../api/route";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"nextauth">({
  GET: (request, { nextauth }) => handleAuth(request, nextauth),
  POST: (request, { nextauth }) => handleAuth(request, nextauth),
});
