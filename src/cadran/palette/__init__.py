"""One box that leads everywhere: indicators, pages, boards, records, and what one may do."""
