/** Where a video is: in a frame of one of the two sites that the content security policy lets in, or in a file. */
export type Video = { kind: 'frame'; src: string } | { kind: 'file'; src: string } | { kind: 'elsewhere'; src: string }

const YOUTUBE = /^(www\.|m\.|music\.)?youtube(-nocookie)?\.com$/
const YOUTUBE_ID = /^[\w-]{6,20}$/

export function videoAt(address: string): Video {
  let url: URL
  try {
    url = new URL(address, location.origin)
  } catch {
    return { kind: 'elsewhere', src: address }
  }
  if (url.origin === location.origin) return { kind: 'file', src: url.href }

  const parts = url.pathname.split('/').filter(Boolean)
  let youtube: string | null | undefined
  if (url.hostname === 'youtu.be') youtube = parts[0]
  else if (YOUTUBE.test(url.hostname)) youtube = url.searchParams.get('v') ?? parts[1]
  if (youtube && YOUTUBE_ID.test(youtube)) {
    const start = Number.parseInt(url.searchParams.get('t') ?? '', 10)
    const from = start > 0 ? `?start=${start}` : ''
    return { kind: 'frame', src: `https://www.youtube-nocookie.com/embed/${youtube}${from}` }
  }

  const vimeo = parts.find((part) => /^\d+$/.test(part))
  if (/(^|\.)vimeo\.com$/.test(url.hostname) && vimeo) {
    return { kind: 'frame', src: `https://player.vimeo.com/video/${vimeo}?dnt=1` }
  }
  return { kind: 'elsewhere', src: url.href }
}
