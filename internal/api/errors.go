package api

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"yiju/geo"
	"yiju/layers"
)

// problem is the body of every answer that is not what was asked for.
type problem struct {
	status  int
	Code    string     `json:"code" doc:"A word for programs"`
	Message geo.Text   `json:"message"`
	Fixes   []geo.Text `json:"fixes,omitempty" doc:"What to do, most likely first"`
}

func (p *problem) Error() string { return p.Message.EN }

// GetStatus implements huma.StatusError.
func (p *problem) GetStatus() int { return p.status }

// asProblem is the one place that turns errors into answers. What is not meant
// for the user goes to the log.
func (s *Server) asProblem(ctx context.Context, err error) error {
	var missing *layers.NoLayerError
	var revision *layers.NoRevisionError
	fault := geo.AsFault(err)
	switch {
	case errors.As(err, &missing):
		return &problem{status: http.StatusNotFound, Code: "no-layer",
			Message: geo.Tf("没有图层 %q", "there is no layer %q", missing.Layer)}
	case errors.As(err, &revision):
		return &problem{status: http.StatusNotFound, Code: "no-revision",
			Message: geo.Tf("没有版本 %d", "there is no revision %d", revision.Asked)}
	case fault != nil:
		if fault.Err != nil {
			s.log.WarnContext(ctx, "refused", "what", fault.What.EN, "cause", fault.Err)
		}
		return &problem{status: http.StatusUnprocessableEntity, Code: "refused", Message: fault.What, Fixes: fault.Fix}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &problem{status: http.StatusServiceUnavailable, Code: "cancelled",
			Message: geo.T("请求已取消或超时", "the request was cancelled or took too long")}
	}
	s.log.ErrorContext(ctx, "broken", "err", err)
	return &problem{status: http.StatusInternalServerError, Code: "broken",
		Message: geo.T("服务内部出错", "the server broke on this request"),
		Fixes:   []geo.Text{geo.T("查看服务日志", "see the server's log")}}
}

func notFound(what geo.Text) error {
	return &problem{status: http.StatusNotFound, Code: "not-found", Message: what}
}

// requestProblem words what huma finds wrong with a request before we see it.
func requestProblem(status int, message string, errs ...error) huma.StatusError {
	var details []string
	for _, err := range errs {
		if err != nil {
			details = append(details, err.Error())
		}
	}
	text := strings.TrimSpace(message + " " + strings.Join(details, "; "))
	return &problem{status: status, Code: "bad-request", Message: geo.Tf("请求不正确：%s", "the request is wrong: %s", text)}
}
