/**
 * Of which scripts the letters of a name are (UTS #39, 5.2, level "Highly Restrictive"): of one, or of those that are
 * written together in Japanese, Korean and Chinese, Latin among them. The scripts are the Recommended ones and those
 * of Limited Use of UAX #31; of those that nobody writes today, such as Coptic and Gothic, no name is made.
 */

const scripts: readonly RegExp[] = [
  /\p{scx=Latin}/u,
  /\p{scx=Cyrillic}/u,
  /\p{scx=Greek}/u,
  /[\p{scx=Latin}\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]/u,
  /[\p{scx=Latin}\p{scx=Han}\p{scx=Hangul}]/u,
  /[\p{scx=Latin}\p{scx=Han}\p{scx=Bopomofo}]/u,
  /\p{scx=Arabic}/u,
  /\p{scx=Armenian}/u,
  /\p{scx=Bengali}/u,
  /\p{scx=Devanagari}/u,
  /\p{scx=Ethiopic}/u,
  /\p{scx=Georgian}/u,
  /\p{scx=Gujarati}/u,
  /\p{scx=Gurmukhi}/u,
  /\p{scx=Hebrew}/u,
  /\p{scx=Kannada}/u,
  /\p{scx=Khmer}/u,
  /\p{scx=Lao}/u,
  /\p{scx=Malayalam}/u,
  /\p{scx=Myanmar}/u,
  /\p{scx=Oriya}/u,
  /\p{scx=Sinhala}/u,
  /\p{scx=Tamil}/u,
  /\p{scx=Telugu}/u,
  /\p{scx=Thaana}/u,
  /\p{scx=Thai}/u,
  /\p{scx=Tibetan}/u,
  /\p{scx=Adlam}/u,
  /\p{scx=Balinese}/u,
  /\p{scx=Bamum}/u,
  /\p{scx=Batak}/u,
  /\p{scx=Canadian_Aboriginal}/u,
  /\p{scx=Chakma}/u,
  /\p{scx=Cham}/u,
  /\p{scx=Cherokee}/u,
  /\p{scx=Hanifi_Rohingya}/u,
  /\p{scx=Javanese}/u,
  /\p{scx=Kayah_Li}/u,
  /\p{scx=Lepcha}/u,
  /\p{scx=Limbu}/u,
  /\p{scx=Lisu}/u,
  /\p{scx=Mandaic}/u,
  /\p{scx=Meetei_Mayek}/u,
  /\p{scx=Miao}/u,
  /\p{scx=Mongolian}/u,
  /\p{scx=New_Tai_Lue}/u,
  /\p{scx=Newa}/u,
  /\p{scx=Nko}/u,
  /\p{scx=Nyiakeng_Puachue_Hmong}/u,
  /\p{scx=Ol_Chiki}/u,
  /\p{scx=Osage}/u,
  /\p{scx=Saurashtra}/u,
  /\p{scx=Sundanese}/u,
  /\p{scx=Syloti_Nagri}/u,
  /\p{scx=Syriac}/u,
  /\p{scx=Tai_Le}/u,
  /\p{scx=Tai_Tham}/u,
  /\p{scx=Tai_Viet}/u,
  /\p{scx=Tifinagh}/u,
  /\p{scx=Vai}/u,
  /\p{scx=Wancho}/u,
  /\p{scx=Yi}/u,
];

/** Whatever is no letter and no mark of one stands beside every script. */
const ofNone = /[^\p{L}\p{M}]|\p{scx=Common}|\p{scx=Inherited}/u;

/** Whether all letters of a name are of one script, or of those that are written together. */
export function isOneScript(name: string): boolean {
  const letters = [...name].filter((char) => !ofNone.test(char));
  return scripts.some((script) => letters.every((letter) => script.test(letter)));
}

/** The name without the letters that are of another script than most of it; of two alike the first of the table stays. */
export function inOneScript(name: string): string {
  let most = "";
  for (const script of scripts) {
    const kept = [...name].filter((char) => ofNone.test(char) || script.test(char)).join("");
    if (kept.length > most.length) most = kept;
  }
  return most;
}
