package claims

import (
	"bytes"
	"context"
	"testing"

	"yiju/analysis/indicator/audit"
	"yiju/data/demo"
	"yiju/geo"
)

// FuzzRead gives any bytes as a file: it is refused with a fault, or gives rows within
// the bounds that can be audited. No file is an error of the program.
func FuzzRead(f *testing.F) {
	f.Add(demo.Claims())
	for _, s := range []string{
		"\t序号\n\t二级指标\n\t完成情况\n\n\t1\n\t有线宽带网络\n\t达标。覆盖率85%\n\n\t2\n\t移动通信网络\n\t达标\n",
		"社区\n治理\n1\n有线宽带网络\n释义\n覆盖率80%\n达标。\n2\n移动通信网络\n90%\n达标\n3\n广播电视\n80%\n达标\n",
		"序号\t二级指标\t完成情况\n1\t有线宽带网络\t\"达标。\n覆盖率\"\n",
		"rows:\n  - {number: 1, title: 有线宽带网络, text: 达标, stated: [{value: 85}], evidence: [{title: 台账}]}\n",
		"{\"rows\": [{\"number\": 4, \"title\": \"视频监控设施\", \"text\": \"1.联网率96%\"}]}",
		"序号,二级指标,申报值,分子,分母\n1,有线宽带网络,85%,1,2\n",
		"rows: [&a {number: 1, title: x, text: y}, *a, *a]\n",
	} {
		f.Add([]byte(s))
	}
	p, others := profileOf(f, growth)
	f.Fuzz(func(t *testing.T, body []byte) {
		const longest = 16 << 10
		if len(body) > longest {
			t.Skip()
		}
		c, err := Read(context.Background(), "fuzz", bytes.NewReader(body), p, others...)
		if err != nil {
			if fault := geo.AsFault(err); fault == nil || fault.What.ZH == "" || fault.What.EN == "" {
				t.Fatalf("no fault for a person: %v", err)
			}
			return
		}
		if len(c.Rows) == 0 || len(c.Rows) > MaxRows {
			t.Fatalf("%d rows", len(c.Rows))
		}
		audit.Audit(p, others, c)
	})
}
