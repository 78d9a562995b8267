package pipeline_test

import (
	"testing"

	"yiju/internal/pipeline"
	"yiju/layers/memory"
)

// BenchmarkJudge measures a whole judgement of the demo: analyses, metrics, audit,
// and keeping what shows it.
func BenchmarkJudge(b *testing.B) {
	store := memory.New()
	if err := pipeline.LoadDemo(b.Context(), store); err != nil {
		b.Fatal(err)
	}
	for _, profile := range []string{growth, "yantai-beautiful-community/new"} {
		b.Run(profile, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := pipeline.New(store).Judge(b.Context(), pipeline.JudgeRequest{Profile: profile}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
