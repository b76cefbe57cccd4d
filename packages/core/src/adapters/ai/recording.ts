/** OpenAI tells the format of a recording by its file's ending alone. */
const ENDINGS: Record<string, string> = {
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/wave': 'wav',
  'audio/webm': 'webm',
  'video/webm': 'webm',
  'audio/ogg': 'ogg',
  'audio/flac': 'flac',
  'audio/x-flac': 'flac',
  'audio/mp4': 'm4a',
  'audio/x-m4a': 'm4a',
  'audio/m4a': 'm4a',
};

/** A file's name for a recording of this type: `recording.webm` for `audio/webm;codecs=opus`. */
export function recordingNamed(mimeType: string): string {
  const type = mimeType.split(';')[0]!.trim().toLowerCase();
  return `recording.${ENDINGS[type] ?? type.split('/')[1] ?? 'bin'}`;
}
