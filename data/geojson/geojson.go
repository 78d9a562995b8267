// Package geojson reads GeoJSON: feature collections, single features and
// geometries, and such line by line, in UTF-8 or a named encoding. It reads what
// the file says and judges only its form; which layer the features belong to and
// whether their coordinates make sense is for the caller.
package geojson

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"yiju/geo"
	"yiju/geo/tally"
)

// Options say how to read.
type Options struct {
	// Name is the file's name, for messages and as the source of features.
	Name string
	// Encoding names the encoding of the text, such as "gb18030"; empty is UTF-8.
	Encoding string
}

// File is what a GeoJSON file holds. Properties of features are in Extra, as text,
// numbers and yes/no; nested values are JSON text.
type File struct {
	// Title is the name that the collection gives itself.
	Title string
	// CRS is what the file says its coordinates are in, such as "EPSG:2154"; empty
	// when it says nothing.
	CRS string
	// Features in the order of the file. ID is empty where the file has none.
	Features []geo.Feature
	// RowIDs tells that the ids are nothing but the numbers of the rows.
	RowIDs bool
	// Problems lists what was noticed on the way.
	Problems tally.List
	// Broken lists the features whose geometry cannot be read; they are not among
	// Features.
	Broken []geo.Problem
}

// MaxFeatures bounds what one file may hold.
const MaxFeatures = 20_000_000

// Read reads a whole file.
func Read(ctx context.Context, r io.Reader, opts Options) (*File, error) {
	in := &reader{file: &File{}, opts: opts, ctx: ctx, rows: true}
	text, err := decoded(r, opts)
	if err != nil {
		return nil, err
	}
	in.text = &utf8Only{r: text}
	in.d = json.NewDecoder(bufio.NewReaderSize(in.text, 1<<16))
	in.d.UseNumber()
	if err := in.all(); err != nil {
		return nil, in.explain(err)
	}
	in.file.RowIDs = in.rows && len(in.file.Features) > 0
	return in.file, nil
}

type reader struct {
	file  *File
	opts  Options
	ctx   context.Context
	text  *utf8Only
	d     *json.Decoder
	n     int  // features begun
	rows  bool // ids so far are 0, 1, 2 … or 1, 2, 3 …
	first int64
}

var errEmpty = errors.New("nothing in it")

// all reads values until the end: one, or one a line.
func (r *reader) all() error {
	for n := 0; ; n++ {
		t, err := r.d.Token()
		if errors.Is(err, io.EOF) {
			if n == 0 {
				return errEmpty
			}
			return nil
		}
		if err != nil {
			return err
		}
		if t != json.Delim('{') {
			return r.notGeoJSON("")
		}
		if err := r.object(); err != nil {
			return err
		}
	}
}

// object reads the rest of a top-level object. The features of a collection are
// taken as they come; everything else is small and kept until the end.
func (r *reader) object() error {
	members := make(map[string]json.RawMessage)
	streamed := false
	for r.d.More() {
		t, err := r.d.Token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		if key == "features" && !streamed {
			streamed = true
			if err := r.features(); err != nil {
				return err
			}
			continue
		}
		var raw json.RawMessage
		if err := r.d.Decode(&raw); err != nil {
			return err
		}
		members[key] = raw
	}
	if _, err := r.d.Token(); err != nil {
		return err
	}
	return r.members(members, streamed)
}

func (r *reader) members(members map[string]json.RawMessage, streamed bool) error {
	var typ string
	_ = json.Unmarshal(members["type"], &typ) // anything but text is no type
	if raw, ok := members["crs"]; ok {
		if err := r.crs(raw); err != nil {
			return err
		}
	}
	switch {
	case typ == "FeatureCollection" && streamed:
		var name string
		if json.Unmarshal(members["name"], &name) == nil && r.file.Title == "" {
			r.file.Title = name
		}
		return nil
	case typ == "Feature":
		whole, err := json.Marshal(members)
		if err != nil {
			return err
		}
		return r.feature(whole)
	case shapes[typ]:
		whole, err := json.Marshal(map[string]json.RawMessage{
			"type": []byte(`"Feature"`), "geometry": remarshal(members),
		})
		if err != nil {
			return err
		}
		return r.feature(whole)
	}
	return r.notGeoJSON(typ)
}

func remarshal(members map[string]json.RawMessage) json.RawMessage {
	raw, err := json.Marshal(members)
	if err != nil {
		return json.RawMessage("null")
	}
	return raw
}

var shapes = map[string]bool{
	"Point": true, "MultiPoint": true, "LineString": true, "MultiLineString": true,
	"Polygon": true, "MultiPolygon": true, "GeometryCollection": true,
}

func (r *reader) features() error {
	t, err := r.d.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('[') {
		return r.notGeoJSON("")
	}
	for r.d.More() {
		var raw json.RawMessage
		if err := r.d.Decode(&raw); err != nil {
			return err
		}
		if err := r.feature(raw); err != nil {
			return err
		}
		if err := r.ctx.Err(); err != nil {
			return err
		}
	}
	_, err = r.d.Token()
	return err
}

func (r *reader) notGeoJSON(typ string) error {
	what := geo.Tf("文件 %s 不是 GeoJSON", "file %s is not GeoJSON", r.opts.Name)
	switch typ {
	case "Topology":
		return geo.Refuse(geo.Tf("文件 %s 是 TopoJSON，不是 GeoJSON", "file %s is TopoJSON, not GeoJSON", r.opts.Name),
			geo.T("先转换为 GeoJSON", "convert it to GeoJSON first"))
	case "":
	default:
		what = geo.Tf("文件 %s 的 type 是 %q，不是 GeoJSON 的类型", "the type of file %s is %q, which GeoJSON does not have", r.opts.Name, typ)
	}
	return geo.Refuse(what, geo.T("请给出 GeoJSON（FeatureCollection、Feature 或几何）", "give GeoJSON: a FeatureCollection, a Feature or a geometry"))
}

var crsName = regexp.MustCompile(`(?i)^(?:urn:ogc:def:crs:|https?://www\.opengis\.net/def/crs/)?(?:EPSG|OGC|CRS)(?:[:/][0-9.]*)?[:/]([A-Za-z0-9]+)$`)

// crs reads the member that GeoJSON once had and that tools still write. Its axis
// order is east, north whatever the system says.
func (r *reader) crs(raw json.RawMessage) error {
	var member struct {
		Type       string `json:"type"`
		Properties struct {
			Name string `json:"name"`
			Code any    `json:"code"`
		} `json:"properties"`
	}
	if string(raw) == "null" {
		return nil
	}
	if err := json.Unmarshal(raw, &member); err == nil && member.Type == "name" {
		if m := crsName.FindStringSubmatch(strings.TrimSpace(member.Properties.Name)); m != nil {
			r.file.CRS = "EPSG:" + m[1]
			if strings.EqualFold(m[1], "CRS84") {
				r.file.CRS = "EPSG:4326"
			}
			return nil
		}
	}
	return geo.Refuse(geo.Tf("文件 %s 的坐标系声明 crs 无法识别：%.200s", "the crs member of file %s is not understood: %.200s", r.opts.Name, raw),
		geo.T("用 --crs 指定坐标系，例如 --crs EPSG:4548，并从文件中删去 crs", "name the system with --crs, such as --crs EPSG:4548, and take crs out of the file"))
}

// explain words an error of the decoder for the user.
func (r *reader) explain(err error) error {
	if geo.AsFault(err) != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var bad *badText
	var syntax *json.SyntaxError
	again := geo.T("重新导出或下载该文件", "export or download the file again")
	switch {
	case errors.As(err, &bad):
		return bad.fault(r.opts.Name)
	case errors.Is(err, errEmpty):
		return geo.Refuse(geo.Tf("文件 %s 是空的", "file %s is empty", r.opts.Name), again)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return geo.Refuse(geo.Tf("文件 %s 不完整：在第 %d 行提前结束", "file %s is cut off: it ends early, in line %d", r.opts.Name, r.text.line()), again).Because(err)
	case errors.As(err, &syntax):
		what := geo.Tf("文件 %s 不是有效的 JSON（约第 %d 行，第 %d 个要素之后）：%v", "file %s is not valid JSON (near line %d, after %d features): %v", r.opts.Name, r.text.lineAt(r.d.InputOffset()), len(r.file.Features), err)
		if bytes.HasPrefix(bytes.TrimSpace(r.text.head), []byte("<")) {
			what = geo.Tf("文件 %s 是网页或 XML，不是 GeoJSON", "file %s is a web page or XML and not GeoJSON", r.opts.Name)
		}
		return geo.Refuse(what, again).Because(err)
	}
	return geo.Refuse(geo.Tf("文件 %[1]s 第 %[2]d 个要素有误：%[3]v", "feature %[2]d of file %[1]s is wrong: %[3]v", r.opts.Name, r.n, err), again).Because(fmt.Errorf("geojson.Read: %w", err))
}
