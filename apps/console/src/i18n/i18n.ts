import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Catalogue } from "./catalogue.ts";
import { loadErrors } from "./errors.ts";

/** The languages, in their own words. */
export const languages = { en: "English", zh: "中文" } as const;

/** One language of the console. */
export type Language = keyof typeof languages;

const STORED = "heddle.language";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: Catalogue };
  }
}

const load: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  en: async () => (await import("./en/index.ts")).en,
  zh: async () => (await Promise.all([import("./zh/index.ts"), loadErrors()]))[0].zh,
};

function isLanguage(text: string): text is Language {
  return Object.hasOwn(languages, text);
}

/** The language a person chose before, else the browser's first that we speak, else English. */
export function preferredLanguage(): Language {
  const stored = localStorage.getItem(STORED) ?? "";
  return [stored, ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? "en";
}

/** Starts with the catalogue of one language; the other is fetched when it is chosen. */
export async function startI18n(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: await load[language]() } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = language === "zh" ? "zh-CN" : language;
}

/** Changes the language, and remembers it in this browser. */
export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORED, language);
  if (!i18next.hasResourceBundle(language, "translation")) {
    i18next.addResourceBundle(language, "translation", await load[language]());
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language === "zh" ? "zh-CN" : language;
}
