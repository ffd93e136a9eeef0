import { route } from "../../../../api/route";
import { handleTrpc } from "../../../../api/trpc";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route({ GET: handleTrpc, POST: handleTrpc });
