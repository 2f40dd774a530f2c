def page(request): return {}
