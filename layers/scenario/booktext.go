package scenario

import (
	"crypto/rand"
	"encoding/base32"
	"strings"
	"unicode/utf8"

	"yiju/geo"
)

// lower is base 32 in small letters and digits, without those that look alike.
var lower = base32.NewEncoding("abcdefghjkmnpqrstuvwxyz023456789").WithPadding(base32.NoPadding)

// randomText gives 8 characters, by chance.
func randomText() string {
	b := make([]byte, 5)
	_, _ = rand.Read(b) // never fails
	return lower.EncodeToString(b)
}

// newID makes the id of a scenario.
func newID() string { return "s-" + randomText() }

// checkWords refuses a text that is too long or cannot be kept.
func checkWords(title geo.Text, s string, most int) error {
	if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
		return geo.Refuse(geo.T(title.ZH+"不是有效的文本", "the "+title.EN+" is not valid text"))
	}
	if n := utf8.RuneCountInString(s); n > most {
		return geo.Refuse(
			geo.Tf("%[1]s有 %[3]d 个字符，最多 %[4]d 个", "the %[2]s has %[3]d characters; %[4]d are the most", title.ZH, title.EN, n, most),
			geo.T("缩短文字", "make it shorter"))
	}
	return nil
}
