package geojson

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"yiju/geo"
)

// decoded turns the bytes of a file into UTF-8: by its byte order mark if it has
// one, else by the encoding asked for. Record separators become spaces.
func decoded(r io.Reader, opts Options) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	head, _ := b.Peek(3)
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		_, _ = b.Discard(3)
		return separators{b}, nil
	case bytes.HasPrefix(head, []byte("\xFE\xFF")), bytes.HasPrefix(head, []byte("\xFF\xFE")):
		return separators{transform.NewReader(b, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())}, nil
	case opts.Encoding == "":
		return separators{b}, nil
	}
	e, err := htmlindex.Get(opts.Encoding)
	if err != nil {
		return nil, geo.Refuse(geo.Tf("不认识编码 %q", "the encoding %q is not known", opts.Encoding),
			geo.T("常用编码：utf-8、gb18030、gbk、latin1", "usual ones: utf-8, gb18030, gbk, latin1"))
	}
	return separators{transform.NewReader(b, e.NewDecoder())}, nil
}

// separators replaces the record separators of GeoJSON text sequences.
type separators struct{ r io.Reader }

func (s separators) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	for i, c := range p[:n] {
		if c == 0x1E {
			p[i] = ' '
		}
	}
	return n, err
}

// utf8Only passes text on until a byte that is not UTF-8, and counts lines.
type utf8Only struct {
	r     io.Reader
	head  []byte // the first bytes, for messages
	tail  []byte // an unfinished character
	lines int
	marks []mark // offsets at which blocks begin, to find lines again
	n     int64
	err   error
}

type mark struct {
	offset int64
	line   int
}

// badText is the error of utf8Only.
type badText struct {
	line   int
	sample []byte // the bytes around the first bad one
}

func (e *badText) Error() string { return fmt.Sprintf("not UTF-8 in line %d", e.line) }

func (u *utf8Only) line() int { return u.lines + 1 }

// lineAt is the line of an offset, to the block of some kilobytes.
func (u *utf8Only) lineAt(offset int64) int {
	line := 1
	for _, m := range u.marks {
		if m.offset > offset {
			break
		}
		line = m.line
	}
	return line
}

func (u *utf8Only) Read(p []byte) (int, error) {
	if u.err != nil {
		return 0, u.err
	}
	if len(p) <= utf8.UTFMax {
		return 0, io.ErrShortBuffer
	}
	n := copy(p, u.tail)
	u.tail = u.tail[:0]
	m, err := u.r.Read(p[n:])
	n += m
	if u.marks = append(u.marks, mark{u.n, u.lines + 1}); len(u.head) < 64 {
		u.head = append(u.head, p[:min(n, 64)]...)
	}
	good, bad := validPrefix(p[:n], err != nil)
	u.lines += bytes.Count(p[:good], []byte("\n"))
	u.n += int64(good)
	switch {
	case bad:
		from, to := max(good-256, 0), min(good+4096, n)
		u.err = &badText{line: u.lines + 1, sample: bytes.Clone(p[from:to])}
	case err != nil:
		u.err = err
	default:
		u.tail = append(u.tail, p[good:n]...)
	}
	if good > 0 {
		return good, nil
	}
	return 0, u.err
}

// validPrefix is the length of the part that is whole characters; bad tells that
// what follows can never become one.
func validPrefix(p []byte, last bool) (n int, bad bool) {
	for n < len(p) {
		if p[n] < utf8.RuneSelf {
			n++
			continue
		}
		if !utf8.FullRune(p[n:]) && !last {
			return n, false
		}
		r, size := utf8.DecodeRune(p[n:])
		if r == utf8.RuneError && size == 1 {
			return n, true
		}
		n += size
	}
	return n, false
}

// fault says what encoding the text most likely has.
func (e *badText) fault(name string) error {
	what := geo.Tf("文件 %s 第 %d 行不是 UTF-8 文字", "line %[2]d of file %[1]s is not UTF-8 text", name, e.line)
	chinese := geo.T("若是中文软件导出的文件，加上 --encoding gb18030", "if Chinese software wrote it, add --encoding gb18030")
	western := geo.T("若是西欧文字，加上 --encoding latin1", "if it is Western European text, add --encoding latin1")
	if looksChinese(e.sample) {
		return geo.Refuse(what, chinese, western)
	}
	return geo.Refuse(what, western, chinese)
}

// looksChinese tells GBK from Latin-1: Chinese comes in pairs of high bytes, an
// accented letter stands alone among plain ones.
func looksChinese(sample []byte) bool {
	pairs, single := 0, 0
	for i := 0; i < len(sample); {
		if sample[i] < utf8.RuneSelf {
			i++
			continue
		}
		run := i
		for run < len(sample) && sample[run] >= utf8.RuneSelf {
			run++
		}
		if run-i >= 2 {
			pairs++
		} else {
			single++
		}
		i = run
	}
	return pairs > single
}
