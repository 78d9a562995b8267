package pipeline

import (
	"context"
	"slices"
	"strings"

	"yiju/analysis/indicator"
	"yiju/geo"
	"yiju/geo/crs"
	"yiju/internal/report"
	"yiju/layers"
)

// pictureMargin_m is how much around a community a picture may show.
const pictureMargin_m = 150

// maxPictureFeatures bounds the features that are named on one picture and role.
const maxPictureFeatures = 2000

// painter collects what pictures show, each layer read once.
type painter struct {
	store     layers.Reader
	at        layers.Revision
	transform *crs.Transform
	window    geo.Extent // in degrees
	schemas   map[string]geo.Schema
	read      map[string][]geo.Feature // by layer, in metres
	base      report.Picture
}

// Page is the report of a judgement that was kept, with what it draws: by requirement,
// the result layer of its measure and the features that fail. The language, the
// script of the charts and the address of the map are the caller's.
func (p *Pipeline) Page(ctx context.Context, j *indicator.Judgement) (report.JudgementPage, error) {
	out := report.JudgementPage{Judgement: j, Pictures: make(map[string]report.Picture), LayerTitles: make(map[string]geo.Text)}
	if !j.Measured {
		return out, nil
	}
	b, err := p.newPainter(ctx, j)
	if err != nil {
		return out, err
	}
	for name, schema := range b.schemas {
		out.LayerTitles[name] = schema.Title
	}
	for _, item := range j.Items {
		for i := range item.Requirements {
			r := &item.Requirements[i]
			if r.Measure == nil || r.Kind != indicator.Spatial && !hasFailures(r.Measure) {
				continue
			}
			picture, shows, err := b.paint(ctx, r.Measure)
			if err != nil {
				return out, err
			}
			if shows {
				out.Pictures[r.ID] = picture
			}
		}
	}
	return out, nil
}

func hasFailures(m *indicator.Measure) bool {
	return slices.ContainsFunc(m.Features, func(r indicator.Refs) bool { return r.Role != indicator.Made && r.Count > 0 })
}

func (p *Pipeline) newPainter(ctx context.Context, j *indicator.Judgement) (*painter, error) {
	b := &painter{
		store: p.store, at: readRevision(p.store, j), schemas: make(map[string]geo.Schema), read: make(map[string][]geo.Feature),
	}
	infos, err := p.store.Layers(ctx)
	if err != nil {
		return nil, err
	}
	for _, info := range infos {
		b.schemas[info.Schema.Layer] = info.Schema
	}
	s, err := readScene(ctx, p.store, sceneSpec{
		community: j.Community.ID, layers: []string{"buildings", "greens", "ways"}, at: b.at, margin_m: pictureMargin_m,
	})
	if err != nil {
		return nil, err
	}
	b.transform = s.transform
	back := []geo.Feature{s.Community.Clone()}
	if err := s.transform.InverseFeatures(back); err != nil {
		return nil, err
	}
	b.window = growMetres(geo.ExtentOf(back[0].Geometry), pictureMargin_m)
	b.base.Community = s.Community.Geometry
	for _, l := range []struct {
		layer string
		role  report.PictureRole
	}{{"greens", report.DrawGround}, {"ways", report.DrawWay}, {"buildings", report.DrawBuilding}} {
		if features := s.Layers[l.layer]; len(features) > 0 {
			b.base.Layers = append(b.base.Layers, report.PictureLayer{Title: b.schemas[l.layer].Title, Role: l.role, Features: features})
		}
	}
	return b, nil
}

// paint draws a measure; shows is false where there is nothing but the ground.
func (b *painter) paint(ctx context.Context, m *indicator.Measure) (picture report.Picture, shows bool, err error) {
	picture = report.Picture{Community: b.base.Community, Layers: slices.Clone(b.base.Layers)}
	result, err := b.result(ctx, m.Layers)
	if err != nil {
		return picture, false, err
	}
	if result != nil {
		picture.Layers = append(picture.Layers, *result)
		shows = true
	}
	for _, refs := range slices.Backward(m.Features) { // what fails comes on top
		role, title := report.DrawFailed, geo.T("不达标", "Failing")
		switch {
		case refs.Role == indicator.Made && result != nil: // it shows them already
			continue
		case refs.Role == indicator.Made:
			role, title = report.DrawMade, geo.T("达标", "Meeting")
		case refs.Role == indicator.Unknown:
			role, title = report.DrawUnknown, geo.T("未知", "Unknown")
		}
		features, err := b.named(ctx, refs)
		if err != nil {
			return picture, false, err
		}
		if len(features) > 0 {
			of := b.schemas[refs.Layer].Title
			title = geo.T(of.ZH+"："+title.ZH, of.EN+": "+title.EN)
			picture.Layers = append(picture.Layers, report.PictureLayer{Title: title, Role: role, Features: features})
			shows = true
		}
	}
	return picture, shows, nil
}

// result is the first of some layers that is a result and holds anything there; nil
// where none is. Of 5G the classes of levels say more than what is covered.
func (b *painter) result(ctx context.Context, names []string) (*report.PictureLayer, error) {
	names = slices.Clone(names)
	slices.SortStableFunc(names, func(x, y string) int {
		rank := func(name string) int {
			if strings.HasSuffix(name, "_classes") {
				return 0
			}
			return 1
		}
		return rank(x) - rank(y)
	})
	for _, layer := range names {
		schema, ok := b.schemas[layer]
		if !ok || schema.Kind != geo.Result || len(schema.Shapes) == 0 {
			continue
		}
		features, err := b.features(ctx, layer)
		if err != nil {
			return nil, err
		}
		if len(features) > 0 {
			out := resultLayer(&schema, features)
			return &out, nil
		}
	}
	return nil, nil
}

// resultLayer colours a result by the attribute that tells most of it.
func resultLayer(schema *geo.Schema, features []geo.Feature) report.PictureLayer {
	_, title := cutTitle(schema.Title)
	out := report.PictureLayer{Title: title, Role: report.DrawResult, Features: features}
	for _, name := range []string{"state", "class", "minutes", "covered_share", "band"} {
		field, ok := schema.Field(name)
		if !ok {
			continue
		}
		out.Attribute, out.Unit = name, field.Unit
		if len(field.Codes) > 0 {
			out.Words = make(map[string]geo.Text)
			for _, c := range field.Codes {
				out.Words[c.Value] = c.Title
			}
		}
		break
	}
	return out
}

// cutTitle parts the title of a result layer into that of its run and its own.
func cutTitle(t geo.Text) (run, own geo.Text) {
	runZH, ownZH, _ := strings.Cut(t.ZH, " · ")
	runEN, ownEN, found := strings.Cut(t.EN, " · ")
	if !found {
		return geo.Text{}, t
	}
	return geo.T(runZH, runEN), geo.T(ownZH, ownEN)
}

// features reads a result layer around the community, once.
func (b *painter) features(ctx context.Context, layer string) ([]geo.Feature, error) {
	if features, ok := b.read[layer]; ok {
		return features, nil
	}
	features, err := readAll(ctx, b.store, layer, layers.Query{Extent: &b.window})
	if err != nil {
		return nil, err
	}
	if err := b.transform.ForwardFeatures(features); err != nil {
		return nil, err
	}
	b.read[layer] = features
	return features, nil
}

// named reads the features that a measure names, as they were when it was made.
func (b *painter) named(ctx context.Context, refs indicator.Refs) ([]geo.Feature, error) {
	q := layers.Query{IDs: refs.IDs[:min(len(refs.IDs), maxPictureFeatures)]}
	if schema, ok := b.schemas[refs.Layer]; ok && schema.Kind != geo.Result {
		q.At = b.at
	}
	features, err := readAll(ctx, b.store, refs.Layer, q)
	if err != nil {
		return nil, err
	}
	features = slices.DeleteFunc(features, func(f geo.Feature) bool { return f.Geometry == nil })
	return features, b.transform.ForwardFeatures(features)
}
