package table

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"yiju/geo"
)

// decoded turns the bytes of a text table into UTF-8 and names the encoding: by
// the mark at its beginning, by the option, or, where there is no doubt, by what
// the bytes look like.
func decoded(body []byte, opts Options) (text []byte, name string, err error) {
	switch {
	case bytes.HasPrefix(body, []byte("\xEF\xBB\xBF")):
		return bytes.ToValidUTF8(body[3:], []byte("\uFFFD")), "utf-8", nil
	case bytes.HasPrefix(body, []byte("\xFF\xFE")), bytes.HasPrefix(body, []byte("\xFE\xFF")):
		return converted(body, opts.Name, "utf-16", unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM))
	case opts.Encoding != "":
		e, err := htmlindex.Get(opts.Encoding)
		if err != nil {
			return nil, "", geo.Refuse(geo.Tf("不认识编码 %q", "the encoding %q is not known", opts.Encoding),
				geo.T("常用编码：utf-8、gb18030、gbk、utf-16le、latin1", "usual ones: utf-8, gb18030, gbk, utf-16le, latin1"))
		}
		return converted(body, opts.Name, strings.ToLower(opts.Encoding), e)
	}
	if e := wide(body); e != nil {
		return converted(body, opts.Name, "utf-16", e)
	}
	if utf8.Valid(body) {
		return body, "utf-8", nil
	}
	return guessed(body, opts)
}

func converted(body []byte, file, name string, e encoding.Encoding) ([]byte, string, error) {
	text, err := e.NewDecoder().Bytes(body)
	if err != nil {
		return nil, "", broken(file, name, err)
	}
	if len(text) > MaxBytes {
		return nil, "", tooLarge(file, geo.Tf("超过 %d MB", "is larger than %d MB", MaxBytes>>20))
	}
	return text, name, nil
}

// wide finds UTF-16 without a mark: every other byte of plain letters and digits
// is zero.
func wide(body []byte) encoding.Encoding {
	var zeros [2]int
	head := body[:min(len(body), 4096)&^1]
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	switch many := len(head) / 8; {
	case len(head) < 4 || zeros[0]+zeros[1] == 0:
		return nil
	case zeros[1] > many && zeros[0] == 0:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case zeros[0] > many && zeros[1] == 0:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return nil
}

// guessed decides between the Chinese and the Western European encoding when only
// one of them makes sense; else the user has to say.
func guessed(body []byte, opts Options) ([]byte, string, error) {
	pairs, single := highBytes(body)
	chinese, _, errChinese := converted(body, opts.Name, "gb18030", simplifiedchinese.GB18030)
	sound := errChinese == nil && !bytes.ContainsRune(chinese, utf8.RuneError)
	const clear = 10 // times as many
	switch {
	case sound && (single == 0 || pairs > clear*single || knows(chinese, opts) && pairs > single):
		return chinese, "gb18030", nil
	case single > clear*pairs && (!sound || !knows(chinese, opts)):
		return converted(body, opts.Name, "latin1", charmap.Windows1252)
	}
	line := 1 + bytes.Count(body[:firstBad(body)], []byte("\n"))
	return nil, "", geo.Refuse(geo.Tf("文件 %s 第 %d 行不是 UTF-8 文字，也无法确定其编码", "line %[2]d of file %[1]s is not UTF-8, and its encoding is not certain", opts.Name, line),
		geo.T("若是中文软件导出的文件，加上 --encoding gb18030", "if Chinese software wrote it, add --encoding gb18030"),
		geo.T("若是西欧文字，加上 --encoding latin1", "if it is Western European text, add --encoding latin1"))
}

// highBytes counts the runs of bytes beyond ASCII: those of an even length, as
// Chinese has, and single ones, as an accented letter among plain ones is.
func highBytes(body []byte) (pairs, single int) {
	for i := 0; i < len(body); i++ {
		run := i
		for run < len(body) && body[run] >= utf8.RuneSelf {
			run++
		}
		switch {
		case run-i >= 2:
			pairs++
		case run > i:
			single++
		}
		i = run
	}
	return pairs, single
}

// knows tells whether one of the first lines has a known name with other letters
// than plain ones, of which a wrong encoding would leave nothing.
func knows(text []byte, opts Options) bool {
	head := text[:min(len(text), 16<<10)]
	for line := range bytes.Lines(head) {
		for _, cell := range strings.FieldsFunc(string(line), func(r rune) bool { return strings.ContainsRune(",;|\t\"\r\n", r) }) {
			if beyondASCII(cell) && opts.Known(oneLine(cell)) {
				return true
			}
		}
	}
	return false
}

func beyondASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0
}

func firstBad(body []byte) int {
	for i := 0; i < len(body); {
		r, size := utf8.DecodeRune(body[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(body)
}

// Decode turns the bytes of a text into UTF-8 as Read does, and names the encoding it
// found. It is for texts that are not laid out as a table.
func Decode(body []byte, opts Options) (text []byte, encoding string, err error) {
	if opts.Known == nil {
		opts.Known = func(string) bool { return false }
	}
	return decoded(body, opts)
}
