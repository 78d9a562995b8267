package api

import (
	"strings"
	"testing"
)

// What lies where no edit of this place can, and what crosses itself, is refused with
// what is wrong, and nothing of its batch is written.
func TestMisplacedEditsAreRefused(t *testing.T) {
	s, _ := serve(t)
	id := create(t, s, "错位")
	lon, lat := place[0], place[1]
	add := func(layer, kind string, coordinates any) obj {
		return obj{"layer": layer, "op": "add", "feature": obj{"geometry": obj{"type": kind, "coordinates": coordinates}}}
	}
	ring := func(turns ...[2]float64) (out [][][2]float64) {
		out = [][][2]float64{{}}
		for _, p := range append(turns, turns[0]) {
			out[0] = append(out[0], [2]float64{lon + p[0]*0.001, lat + p[1]*0.001})
		}
		return out
	}
	for name, c := range map[string]struct {
		edit obj
		says string
	}{
		"axes swapped":        {add("devices", "Point", [2]float64{lat, lon}), "颠倒"},
		"metres":              {add("devices", "Point", [2]float64{508000, 4003000}), "不是经纬度"},
		"another city":        {add("devices", "Point", [2]float64{7.41, 43.73}), "100 公里"},
		"nowhere":             {add("devices", "Point", [2]float64{0, 0}), "100 公里"},
		"moved out of degree": {obj{"layer": "devices", "op": "move", "id": "a", "geometry": obj{"type": "Point", "coordinates": [2]float64{lon, 91}}}, "不是经纬度"},
		"a bow tie":           {add("greens", "Polygon", ring([2]float64{0, 0}, [2]float64{1, 1}, [2]float64{1, 0}, [2]float64{0, 1})), "自相交"},
		"a line of one place": {add("ways", "LineString", [][2]float64{{lon, lat}, {lon, lat}}), "同一处"},
	} {
		t.Run(name, func(t *testing.T) {
			p := send[problem](t, s, "POST", "/api/scenarios/"+id+"/edits", appends(newLamp("good", place), c.edit), 422)
			if p.Code != "invalid" || len(p.Problems) != 1 || p.Problems[0].Field != "geometry" || !strings.Contains(p.Message.ZH, c.says) {
				t.Errorf("%+v", p)
			}
		})
	}
	edit(t, s, id, appends(newLamp("good", place), add("greens", "Polygon", ring([2]float64{0, 0}, [2]float64{1, 0}, [2]float64{1, 1}, [2]float64{0, 1}))))
	if sc := get[scenarioBody](t, s, "/api/scenarios/"+id); len(sc.Edits) != 2 {
		t.Errorf("%d edits, want the two that are right", len(sc.Edits))
	}
}

// A body of another encoding is refused: decoding would put other letters in its place.
func TestBodyInAnotherEncoding(t *testing.T) {
	s, _ := serve(t)
	id := create(t, s, "编码")
	body := `{"steps":[{"do":"append","edit":{"layer":"devices","op":"change","id":"a","set":{"name":"` + "\xc4\xcf\xc3\xc5" + `"}}}]}`
	p := expect[problem](t, call{method: "POST", path: "/api/scenarios/" + id + "/edits", body: body}.do(t, s), 400)
	if !strings.Contains(p.Message.ZH, "UTF-8") {
		t.Errorf("%s", p.Message.ZH)
	}
}

// What the request breaks before anybody of ours sees it is said in Chinese too, with
// what to do, and without the whole of what was sent.
func TestBadRequestsInBothLanguages(t *testing.T) {
	s, _ := serve(t)
	id := create(t, s, "请求")
	edits := "/api/scenarios/" + id + "/edits"
	for name, c := range map[string]struct {
		call   call
		status int
		zh     string
	}{
		"not a number":    {call{method: "POST", path: edits, body: `{"steps":[{"do":"switch","seqs":[NaN]}]}`}, 400, "JSON 有误"},
		"too large":       {call{method: "POST", path: edits, body: `{"steps":[{"do":"switch","seqs":[1e999]}]}`}, 400, "太大"},
		"no steps":        {call{method: "POST", path: edits, body: `{"steps":[]}`}, 422, "至少 1 项"},
		"no body":         {call{method: "POST", path: edits}, 400, "没有内容"},
		"unknown member":  {call{method: "POST", path: edits, body: `{"steps":[{"do":"remove","seqs":[1],"foo":1}]}`}, 422, "没有这一项"},
		"unknown do":      {call{method: "POST", path: edits, body: `{"steps":[{"do":"` + strings.Repeat("x", 5000) + `"}]}`}, 422, "之一"},
		"profile missing": {call{path: "/api/scenarios/" + id + "/live"}, 422, "缺少必填"},
		"an empty file":   {call{method: "POST", path: "/api/scenarios/import", body: `{"file":{"name":"a.geojson","data":""}}`}, 422, "不为空"},
		"a blank name":    {call{method: "POST", path: "/api/scenarios", body: `{"name":"   "}`}, 422, "没有名称"},
	} {
		t.Run(name, func(t *testing.T) {
			p := expect[problem](t, c.call.do(t, s), c.status)
			if !strings.Contains(p.Message.ZH, c.zh) || strings.Contains(p.Message.ZH, "expected") || len(p.Fixes) == 0 || len(p.Message.EN) > 400 {
				t.Errorf("%.600s | %.600s %v", p.Message.ZH, p.Message.EN, p.Fixes)
			}
		})
	}
}

// An edit that finds nothing, or what it brings, says so, and does not speak of others.
func TestEditsThatFindNothing(t *testing.T) {
	s, _ := serve(t)
	id := create(t, s, "无从")
	edit(t, s, id, appends(obj{"layer": "devices", "op": "delete", "id": "a"}))
	for says, e := range map[string]obj{
		"没有要素 a": {"layer": "devices", "op": "delete", "id": "a"},
		"已有要素 b": newLamp("b", place),
	} {
		p := send[problem](t, s, "POST", "/api/scenarios/"+id+"/edits", appends(e), 409)
		if p.Code != "conflict" || len(p.Conflicts) != 1 || !strings.Contains(p.Message.ZH, says) {
			t.Errorf("want %s: %+v", says, p)
		}
	}
}
