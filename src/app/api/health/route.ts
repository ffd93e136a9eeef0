import { handleHealth } from "../../../api/health";
import { route } from "../../../api/route";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route({ GET: handleHealth });
