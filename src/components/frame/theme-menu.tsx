"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { IconButton } from "../icon-button";
import { Menu, MenuRadioGroup } from "../menu";
import type { Theme } from "../theme";
import { useTheme } from "../theme-provider";

const OPTIONS = [
  { value: "system" as Theme, label: "As the system", icon: Monitor },
  { value: "light" as Theme, label: "Light", icon: Sun },
  { value: "dark" as Theme, label: "Dark", icon: Moon },
];

export function ThemeMenu() {
  const { theme, setTheme } = useTheme();
  const icon = OPTIONS.find((option) => option.value === theme)?.icon ?? Monitor;
  return (
    <Menu side="top" trigger={<IconButton label="Theme" icon={icon} bare />}>
      <MenuRadioGroup value={theme} onValueChange={setTheme} options={OPTIONS} />
    </Menu>
  );
}
