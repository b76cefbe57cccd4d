/** Texts that break careless stores: each must come back byte for byte. */
export const naughty: readonly string[] = [
  '',
  ' ',
  '  leading and trailing  ',
  'tab\there, line\nfeed, return\r\nboth',
  '\u0001\u001f\u007f\u0085',
  '\u2028\u2029\ufeff\u200b\u00ad',
  `'; DROP TABLE "Session"; --`,
  `"quoted" 'single' \`back\` \\ \\\\ \\u0041 \\n`,
  '{"a": [1, "2"]} {1,2,NULL} $1 $$ %s %n ${x} {{ x | y }}',
  'NULL null undefined true NaN',
  'Ünïcödé – “quotes” … ½ ﬀ',
  'e\u0301 is not é', // Two forms of one letter stay two.
  '日本語 한국어 العربية עברית हिन्दी',
  '\u202eright to left\u202c',
  '👩‍👩‍👧‍👦 🏳️‍🌈 \u{1f9d1}\u{1f3fd} \u{10ffff}',
  '\uffff\ufffe\ufffd',
];
export const long: readonly string[] = ['x'.repeat(100_000), '🧮'.repeat(10_000)];

/** Numbers at the ends of what JSON and JavaScript share. */
export const numbers: readonly number[] = [
  0,
  -1,
  0.1 + 0.2,
  1e21,
  1e-7,
  5e-324,
  1.7976931348623157e308,
  9007199254740993,
  -9007199254740991,
  123456789.123,
];
