package osm

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"golang.org/x/text/encoding/htmlindex"

	"yiju/geo"
)

// readXML reads OSM XML. What is absent has its usual meaning: an object without
// a visible attribute is visible.
func (l *loader) readXML(r io.Reader) error {
	d := xml.NewDecoder(r)
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		e, err := htmlindex.Get(label)
		if err != nil {
			return nil, err
		}
		return e.NewDecoder().Reader(in), nil
	}
	x := &xmlReader{l: l, d: d}
	if err := x.root(); err != nil {
		return l.broken(x.wrap(err))
	}
	for {
		done, err := x.next()
		if err != nil {
			return l.broken(x.wrap(err))
		}
		if done {
			return nil
		}
	}
}

type xmlReader struct {
	l       *loader
	d       *xml.Decoder
	pairs   []uint32
	refs    []int64
	members []member
}

// wrap gives an error the line it happened on.
func (x *xmlReader) wrap(err error) error {
	if geo.AsFault(err) != nil {
		return err
	}
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		if syntax.Msg == "unexpected EOF" {
			return io.ErrUnexpectedEOF
		}
		return err // it names the line itself
	}
	line, _ := x.d.InputPos()
	return fmt.Errorf("line %d: %w", line, err)
}

// root reads up to the element that holds all others.
func (x *xmlReader) root() error {
	for {
		t, err := x.d.Token()
		if err != nil {
			var syntax *xml.SyntaxError
			if errors.As(err, &syntax) {
				return x.otherXML("?")
			}
			return err
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		if start.Name.Local == "osm" {
			return nil
		}
		return x.otherXML(start.Name.Local)
	}
}

func (x *xmlReader) otherXML(root string) error {
	switch strings.ToLower(root) {
	case "html":
		return geo.Refuse(geo.Tf("文件 %s 是网页，不是 OSM 数据；多半是下载时得到了错误页", "file %s is a web page and not OSM data; most likely the download gave an error page", x.l.d.name),
			geo.T("用浏览器打开该文件看错误信息，再重新下载", "open it in a browser to see what it says, then download again"))
	case "osmchange":
		return geo.Refuse(geo.Tf("文件 %s 是 OSM 变更文件（osmChange），不是完整数据", "file %s is a change file (osmChange), not whole data", x.l.d.name),
			geo.T("用 osmium apply-changes 与原数据合并后再导入", "merge it with its data by osmium apply-changes and import that"))
	}
	return geo.Refuse(geo.Tf("文件 %s 的根元素是 <%s>，不是 <osm>", "the root element of file %s is <%s>, not <osm>", x.l.d.name, root),
		geo.T("请给出 OSM XML 文件", "give an OSM XML file"))
}

// next reads one object; done at the end of the root element.
func (x *xmlReader) next() (done bool, err error) {
	t, err := x.d.Token()
	if errors.Is(err, io.EOF) {
		return false, io.ErrUnexpectedEOF // the root was not closed
	}
	if err != nil {
		return false, err
	}
	switch t := t.(type) {
	case xml.EndElement:
		return true, nil
	case xml.StartElement:
		switch t.Name.Local {
		case "bounds", "bound":
			x.bounds(t)
			return false, x.d.Skip()
		case "node", "way", "relation":
			return false, x.object(t)
		}
		return false, x.d.Skip()
	}
	return false, nil
}

func (x *xmlReader) bounds(t xml.StartElement) {
	value := func(name string) float64 {
		v, err := strconv.ParseFloat(attribute(t, name), 64)
		if err != nil {
			return math.NaN()
		}
		return v
	}
	x.l.include(geo.Extent{MinX: value("minlon"), MinY: value("minlat"), MaxX: value("maxlon"), MaxY: value("maxlat")})
}

func attribute(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (x *xmlReader) object(t xml.StartElement) error {
	id, err := strconv.ParseInt(attribute(t, "id"), 10, 64)
	if err != nil {
		return fmt.Errorf("<%s> has the id %q", t.Name.Local, attribute(t, "id"))
	}
	visible := attribute(t, "visible") != "false" && attribute(t, "action") != "delete"
	x.pairs, x.refs, x.members = x.pairs[:0], x.refs[:0], x.members[:0]
	if err := x.children(t.Name.Local, id); err != nil {
		return err
	}
	switch t.Name.Local {
	case "node":
		p := orb.Point{number(attribute(t, "lon")), number(attribute(t, "lat"))}
		return x.l.addNode(id, p, x.pairs, visible)
	case "way":
		return x.l.addWay(id, x.refs, x.pairs, visible)
	}
	return x.l.addRelation(id, x.members, x.pairs, visible)
}

// number is NaN for what is not a number, which no coordinate check lets through.
func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// children reads the tags, references and members of one object.
func (x *xmlReader) children(of string, id int64) error {
	for {
		t, err := x.d.Token()
		if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if err := x.child(of, id, t); err != nil {
				return err
			}
			if err := x.d.Skip(); err != nil {
				return err
			}
		}
	}
}

func (x *xmlReader) child(of string, id int64, t xml.StartElement) error {
	if len(x.pairs) > 2*maxTags || len(x.refs) > maxRefs || len(x.members) > maxRefs {
		return fmt.Errorf("<%s id=%q> has too many parts", of, fmt.Sprint(id))
	}
	switch {
	case t.Name.Local == "tag":
		return x.tag(attribute(t, "k"), attribute(t, "v"))
	case t.Name.Local == "nd" && of == "way":
		return x.nodeRef(t)
	case t.Name.Local == "member" && of == "relation":
		return x.member(t)
	}
	return nil
}

func (x *xmlReader) tag(k, v string) error {
	key, err := x.l.intern(k)
	if err != nil {
		return err
	}
	value, err := x.l.intern(v)
	x.pairs = append(x.pairs, key, value)
	return err
}

// nodeRef takes a reference of a way; with Overpass' "out geom" it brings its place.
func (x *xmlReader) nodeRef(t xml.StartElement) error {
	ref, err := strconv.ParseInt(attribute(t, "ref"), 10, 64)
	if err != nil {
		return fmt.Errorf("<nd> has the ref %q", attribute(t, "ref"))
	}
	x.refs = append(x.refs, ref)
	if p := (orb.Point{number(attribute(t, "lon")), number(attribute(t, "lat"))}); usable(p) {
		x.l.bring(ref, p)
	}
	return nil
}

func (x *xmlReader) member(t xml.StartElement) error {
	ref, err := strconv.ParseInt(attribute(t, "ref"), 10, 64)
	if err != nil {
		return fmt.Errorf("<member> has the ref %q", attribute(t, "ref"))
	}
	role, err := x.l.intern(attribute(t, "role"))
	if err != nil {
		return err
	}
	typ, ok := memberTypes(attribute(t, "type"))
	if ok {
		x.members = append(x.members, member{ref: ref, role: role, typ: typ})
	}
	return nil
}

func memberTypes(s string) (memberType, bool) {
	switch s {
	case "node":
		return memberNode, true
	case "way":
		return memberWay, true
	case "relation":
		return memberRelation, true
	}
	return 0, false
}
