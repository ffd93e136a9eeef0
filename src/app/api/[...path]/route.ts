import { route } from "../../../api/route";

/** REST: the procedures, at the addresses that no file beside this one has. */
export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route();
