import { route } from "../../../../api/route";
import { handleAuditExport } from "../../../../api/streams/audit-export";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route({ GET: handleAuditExport });
