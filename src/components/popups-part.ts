export { Menu } from "@base-ui/react/menu";
export { SelectList } from "./select-list";
export { showToast, ToastPlace } from "./toast-place";
export { TooltipPopup } from "./tooltip-popup";
