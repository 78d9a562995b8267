package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"yiju/geo"
)

// Bounds, in bytes, on what is said of a request that cannot be read: in all, and of
// what was sent.
const (
	maxDetail = 1000
	maxShown  = 80
)

// errNotText tells of a body that is no UTF-8: decoding would put other letters in
// place of what was sent.
var errNotText = errors.New("the body is not UTF-8 text")

// readJSON decodes a body.
func readJSON(data []byte, v any) error {
	if !utf8.Valid(data) {
		return errNotText
	}
	return json.Unmarshal(data, v)
}

// requestProblem words what huma finds wrong with a request before we see it.
func requestProblem(status int, message string, errs ...error) huma.StatusError {
	if status == http.StatusRequestEntityTooLarge {
		return &problem{status: status, Code: "too-large", Message: geo.T("请求内容过大", "the request is too large"),
			Fixes: []geo.Text{geo.T("分几次提交", "send it in several parts")}}
	}
	var zh, en []string
	for _, err := range errs {
		if err != nil {
			said := requestDetail(err)
			zh, en = append(zh, said.ZH), append(en, said.EN)
		}
	}
	if len(zh) == 0 {
		said := inBoth(message)
		zh, en = []string{said.ZH}, []string{said.EN}
	}
	return &problem{status: status, Code: "bad-request",
		Message: geo.T("请求不正确："+cut(strings.Join(zh, "；"), maxDetail), "the request is wrong: "+cut(strings.Join(en, "; "), maxDetail)),
		Fixes:   []geo.Text{geo.T("按 /openapi.json 的说明改正", "mend it after /openapi.json")}}
}

// requestDetail words one thing that is wrong, with where it stands and what was sent.
func requestDetail(err error) geo.Text {
	var d *huma.ErrorDetail
	if !errors.As(err, &d) {
		return inBoth(err.Error())
	}
	said := inBoth(d.Message)
	where := d.Location
	switch v := d.Value.(type) {
	case nil, map[string]any, []any: // where it stands says enough
	default:
		if d.Location != "body" {
			where += fmt.Sprintf(" = %q", cut(fmt.Sprint(v), maxShown))
		}
	}
	if where != "" {
		said.ZH, said.EN = said.ZH+"（"+where+"）", said.EN+" ("+where+")"
	}
	return said
}

// cut shortens a text to so many bytes.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// said are the findings of huma and of the JSON decoder, with our words for them; what
// is captured takes its place in both wordings.
var said = []struct {
	find   *regexp.Regexp
	zh, en string
}{
	{regexp.MustCompile(`^unexpected property$`), "没有这一项", "there is no such member"},
	{regexp.MustCompile(`^expected required property (.+) to be present$`), "缺少“$1”", "$1 is missing"},
	{regexp.MustCompile(`^required (.+) parameter is missing$`), "缺少必填的参数", "a $1 parameter that is needed is missing"},
	{regexp.MustCompile(`^request body is required$`), "请求没有内容", "it has no body"},
	{regexp.MustCompile(`^expected value to be one of "(.+)"$`), "只能是 $1 之一", "it has to be one of $1"},
	{regexp.MustCompile(`^expected length >= 1$`), "不能为空", "it cannot be empty"},
	{regexp.MustCompile(`^expected length >= (\d+)$`), "至少 $1 个字符", "it wants $1 characters or more"},
	{regexp.MustCompile(`^expected length <= (\d+)$`), "最多 $1 个字符", "$1 characters are the most"},
	{regexp.MustCompile(`^expected array length >= (\d+)$`), "至少 $1 项", "it wants $1 items or more"},
	{regexp.MustCompile(`^expected array length <= (\d+)$`), "最多 $1 项", "$1 items are the most"},
	{regexp.MustCompile(`^expected number >= (.+)$`), "应不小于 $1", "it has to be $1 or more"},
	{regexp.MustCompile(`^expected number <= (.+)$`), "应不大于 $1", "it has to be $1 or less"},
	{regexp.MustCompile(`^expected string to be base64 encoded$`), "应为以 base64 编码的内容，且不为空", "it has to be in base64 and not empty"},
	{regexp.MustCompile(`^(?:expected|invalid) boolean$`), "应为 true 或 false", "it has to be true or false"},
	{regexp.MustCompile(`^(?:expected|invalid) (?:number|float)$`), "应为数", "it has to be a number"},
	{regexp.MustCompile(`^(?:expected|invalid) integer$`), "应为整数", "it has to be a whole number"},
	{regexp.MustCompile(`^expected string$`), "应为文本", "it has to be a text"},
	{regexp.MustCompile(`^expected array$`), "应为数组", "it has to be an array"},
	{regexp.MustCompile(`^expected object$`), "应为对象", "it has to be an object"},
	{regexp.MustCompile(`^the body is not UTF-8 text$`), "内容不是 UTF-8 文字", "its body is not UTF-8 text"},
	{regexp.MustCompile(`^unexpected end of JSON input$`), "JSON 不完整", "the JSON ends too early"},
	{regexp.MustCompile(`^invalid character (.+) exceeded max depth$`), "JSON 嵌套过深", "the JSON nests too deep"},
	{regexp.MustCompile(`^invalid character (.+) (?:looking|after|in) .+$`), "JSON 有误：字符 $1 不应在此", "it is not JSON: $0"},
	{regexp.MustCompile(`^json: cannot unmarshal number (\S+) into .+$`), "数 $1 太大或不适用", "the number $1 is too large, or does not fit"},
}

// inBoth words a finding in both languages; one that is not known is shown as it is.
func inBoth(found string) geo.Text {
	for _, s := range said {
		if m := s.find.FindStringSubmatchIndex(found); m != nil {
			return geo.T(string(s.find.ExpandString(nil, s.zh, found, m)), string(s.find.ExpandString(nil, s.en, found, m)))
		}
	}
	return geo.T(found, found)
}
